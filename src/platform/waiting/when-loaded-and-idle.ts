/** Runs `act` once, when the page has loaded and has nothing else to do, unless the signal is aborted by then. */
export function whenLoadedAndIdle(view: Window, signal: AbortSignal, act: () => void): void {
  const idle = () => (view.requestIdleCallback ?? view.setTimeout)(() => signal.aborted || act())
  if (view.document.readyState === 'complete') idle()
  else view.addEventListener('load', idle, { once: true, signal })
}
