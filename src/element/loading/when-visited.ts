/** Runs `start` now, or when a page that the browser prerendered is really visited (F10). */
export function whenVisited(signal: AbortSignal, start: () => void): void {
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener('prerenderingchange', start, { once: true, signal })
  } else {
    start()
  }
}
