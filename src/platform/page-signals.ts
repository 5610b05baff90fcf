/** What the page goes through: hidden, frozen, woken, left, restored from the back/forward cache, prerendered. */
import { abortable } from './abort.ts'

/**
 * `woke`: visible, focused, resumed, shown or online again; timers may have stood still before it. `online`: comes before its `woke`.
 * `hidden`: timers are about to be throttled. `left`: `pagehide`. `restored`: back from the back/forward cache; comes before its `woke`.
 */
export type PageSignal = 'woke' | 'online' | 'hidden' | 'left' | 'restored'

export interface PageSignals {
  readonly hidden: boolean
  /** False on plain http pages other than localhost. */
  readonly secure: boolean
  on(listener: (signal: PageSignal) => void): () => void
  /** Resolves at once, but on a prerendered page only when somebody really visits it. */
  activated(signal: AbortSignal): Promise<void>
}

type PrerenderableDocument = Document & { readonly prerendering?: boolean }

const currentDocument = (): PrerenderableDocument | undefined => globalThis.document

export const pageSignals: PageSignals = {
  get hidden() {
    return currentDocument()?.visibilityState === 'hidden'
  },
  get secure() {
    return globalThis.isSecureContext !== false
  },
  on(listener) {
    const page = currentDocument()
    if (page === undefined) return () => {}
    const ending = new AbortController()
    const listen = (target: EventTarget, type: string, react: (event: Event) => void) =>
      target.addEventListener(type, react, { signal: ending.signal })
    const woke = () => listener('woke')
    listen(page, 'visibilitychange', () => listener(page.visibilityState === 'hidden' ? 'hidden' : 'woke'))
    listen(page, 'freeze', () => listener('hidden'))
    listen(page, 'resume', woke)
    listen(window, 'focus', woke)
    listen(window, 'online', () => {
      listener('online')
      woke()
    })
    // `pagehide`, never `unload`: an unload handler would keep the host's page out of the back/forward cache.
    listen(window, 'pagehide', () => listener('left'))
    listen(window, 'pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted) listener('restored')
      woke()
    })
    return () => ending.abort()
  },
  activated(signal) {
    const page = currentDocument()
    if (!page?.prerendering) return Promise.resolve()
    const shown = new Promise<void>((resolve) => {
      page.addEventListener('prerenderingchange', () => resolve(), { once: true, signal })
    })
    return abortable(shown, signal)
  },
}
