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
    const view = page?.defaultView
    const ending = new AbortController()
    const listen = (target: EventTarget | null | undefined, type: string, react: (event: Event) => void) =>
      target?.addEventListener(type, react, ending)
    const tell = (signal: PageSignal) => () => listener(signal)
    const woke = tell('woke')
    listen(page, 'visibilitychange', () => listener(pageSignals.hidden ? 'hidden' : 'woke'))
    listen(page, 'freeze', tell('hidden'))
    listen(page, 'resume', woke)
    listen(view, 'focus', woke)
    listen(view, 'online', tell('online'))
    listen(view, 'online', woke)
    // `pagehide`, never `unload`: an unload handler would keep the host's page out of the back/forward cache.
    listen(view, 'pagehide', tell('left'))
    listen(view, 'pageshow', (event) => (event as PageTransitionEvent).persisted && listener('restored'))
    listen(view, 'pageshow', woke)
    return () => ending.abort()
  },
  async activated(signal) {
    const page = currentDocument()
    if (!page?.prerendering) return
    const shown = new Promise((resolve) => {
      page.addEventListener('prerenderingchange', resolve, { once: true, signal })
    })
    await abortable(shown, signal)
  },
}
