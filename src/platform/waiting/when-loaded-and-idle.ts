/** Runs `act` once, when the page has loaded and has nothing else to do, unless the signal is aborted by then. */
export function whenLoadedAndIdle(signal: AbortSignal, act: () => void): void {
  const idle = () => (window.requestIdleCallback ?? setTimeout)(() => signal.aborted || act())
  if (document.readyState === 'complete') idle()
  else addEventListener('load', idle, { once: true, signal })
}
