/**
 * The life of the page: hidden, frozen, woken, left, restored from the back/forward cache, prerendered.
 * See https://developer.chrome.com/docs/web-platform/page-lifecycle-api
 */
import { abortable } from '../waiting/abort.ts'

/**
 * - `woke`: visible, focused, resumed, shown or online again; timers may have stood still before it.
 * - `online`: the network may be back; followed by `woke`.
 * - `hidden`: timers are about to be throttled.
 * - `left`: `pagehide`.
 * - `restored`: back from the back/forward cache; followed by `woke`.
 */
export type PageSignal = 'woke' | 'online' | 'hidden' | 'left' | 'restored'

export interface PageSignals {
  readonly hidden: boolean
  /** False on plain http pages other than localhost. */
  readonly secure: boolean
  /** Returns an unsubscribe function. */
  on(listener: (signal: PageSignal) => void): () => void
  /**
   * Resolves at once, but on a prerendered page only when somebody visits it.
   * @throws CozeChatError when the signal aborts
   */
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
