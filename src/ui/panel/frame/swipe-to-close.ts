/** A finger that pulls the header down takes the chat with it, and closes it when it lets go far enough below. */

/** Pixels. */
const FAR_ENOUGH = 90
/** Pixels in a millisecond. */
const FAST_ENOUGH = 0.6

/**
 * Follows a touch that has begun.
 * @param target where it began: its further events come there, whatever is below the finger
 * @param onClose closes the chat
 */
export function followSwipe(
  { target, startY, startedAt }: { target: EventTarget; startY: number; startedAt: number },
  frame: HTMLElement,
  onClose: () => void,
): void {
  const ending = new AbortController()
  let distance = 0
  const end = () => {
    ending.abort()
    frame.style.translate = ''
  }
  target.addEventListener(
    'touchmove',
    (event) => {
      const [finger, second] = (event as TouchEvent).touches
      if (!finger || second) {
        distance = 0
        end()
        return
      }
      distance = Math.max(0, finger.clientY - startY)
      frame.style.translate = `0 ${distance}px`
    },
    { signal: ending.signal, passive: true },
  )
  target.addEventListener(
    'touchend',
    (event) => {
      const isFast = distance / Math.max(1, event.timeStamp - startedAt) > FAST_ENOUGH && distance > FAR_ENOUGH / 3
      end()
      if (distance > FAR_ENOUGH || isFast) onClose()
    },
    { signal: ending.signal, passive: true },
  )
  target.addEventListener('touchcancel', end, ending)
}
