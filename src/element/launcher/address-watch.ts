/** Notices that a page of one document (single-page app) shows another address, without touching the page's `history`. */

/** The Navigation API, which Chromium and Safari have. */
interface Navigation extends EventTarget {
  readonly currentEntry: unknown
}

/** Where no event tells of `pushState`, in milliseconds. */
const LOOK_EVERY_MS = 500

export function watchAddress(listener: () => void, signal: AbortSignal): void {
  let known = location.href
  const look = () => {
    if (known === location.href) return
    known = location.href
    listener()
  }
  const { navigation } = window as { navigation?: Navigation }
  navigation?.addEventListener('currententrychange', look, { signal })
  for (const type of ['popstate', 'hashchange']) window.addEventListener(type, look, { signal })
  if (navigation) return
  const timer = setInterval(look, LOOK_EVERY_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}
