/** In Chromium: the system's back gesture, without an entry in the page's history. https://html.spec.whatwg.org/#closewatcher */
interface CloseWatcher extends EventTarget {
  destroy(): void
}

declare global {
  interface Window {
    readonly CloseWatcher?: new () => CloseWatcher
  }
}

/** @returns ends it; then `goBack` is called no more */
export function watchBackGesture(goBack: () => void): () => void {
  let watcher: CloseWatcher | undefined
  /** A watcher hears of one press, which may have closed only something in front of the chat. */
  function watchOnce(): void {
    watcher = window.CloseWatcher && new window.CloseWatcher()
    watcher?.addEventListener('close', () => {
      goBack()
      if (watcher) watchOnce()
    })
  }
  watchOnce()
  return () => {
    watcher?.destroy()
    watcher = undefined
  }
}
