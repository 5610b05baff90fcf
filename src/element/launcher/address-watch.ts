/** Notices that a page of one document (single-page app) shows another address, without touching the page's `history`. */

/** The Navigation API, which Chromium and Safari have. */
interface Navigation extends EventTarget {
  readonly currentEntry: unknown
}

/** Where no event tells of `pushState`, in milliseconds. */
const LOOK_EVERY_MS = 500

export function watchAddress(view: Window, listener: () => void, signal: AbortSignal): void {
  let known = view.location.href
  const look = () => {
    if (known === view.location.href) return
    known = view.location.href
    listener()
  }
  const { navigation } = view as { navigation?: Navigation }
  navigation?.addEventListener('currententrychange', look, { signal })
  for (const type of ['popstate', 'hashchange']) view.addEventListener(type, look, { signal })
  if (navigation) return
  const timer = setInterval(look, LOOK_EVERY_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}
