/** Fingers on a picture: two make it larger and smaller, one moves a large one; otherwise it goes to the next picture, or away. */

export interface PictureGestures {
  /** To the picture on the right (1) or on the left (-1), as they lie on the screen. */
  onSwipe(side: -1 | 1): void
  onPullDown(): void
}

/** Pixels that a finger has to go for another picture, or down. */
const FAR_ENOUGH = 60
const MAX_SCALE = 5
/** Of a picture that was pressed twice. */
const CLOSER = 2.5
/** Milliseconds between two presses that belong together. */
const DOUBLE_MS = 300

interface Point {
  readonly x: number
  readonly y: number
}

/**
 * @param stage what the fingers are on; it must leave touches to us (`touch-action: none`)
 * @param signal ends it and puts the picture back
 */
export function followFingers(
  stage: HTMLElement,
  picture: HTMLElement,
  { onSwipe, onPullDown }: PictureGestures,
  signal: AbortSignal,
): void {
  const fingers = new Map<number, Point>()
  let scale = 1
  let shift: Point = { x: 0, y: 0 }
  /** Where the one finger began; undefined once there were two. */
  let began: Point | undefined
  let pressedAt = Number.NEGATIVE_INFINITY

  const draw = () => {
    picture.style.transform =
      scale === 1 && !shift.x && !shift.y ? '' : `translate(${shift.x}px, ${shift.y}px) scale(${scale})`
  }
  const zoom = (to: number) => {
    scale = Math.min(MAX_SCALE, Math.max(1, to))
    if (scale === 1) shift = { x: 0, y: 0 }
    draw()
  }
  /** Length between the two fingers. */
  const spread = () => {
    const [a, b] = [...fingers.values()]
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0
  }

  stage.addEventListener(
    'pointerdown',
    ({ pointerId, pointerType, clientX: x, clientY: y, target }) => {
      if (pointerType === 'mouse' || (target as Element).closest('button')) return
      fingers.set(pointerId, { x, y })
      began = fingers.size === 1 ? { x, y } : undefined
    },
    { signal },
  )
  stage.addEventListener(
    'pointermove',
    ({ pointerId, clientX: x, clientY: y }) => {
      const last = fingers.get(pointerId)
      if (!last) return
      const before = spread()
      fingers.set(pointerId, { x, y })
      if (fingers.size === 2 && before > 0) zoom(scale * (spread() / before))
      else if (scale > 1) {
        shift = { x: shift.x + x - last.x, y: shift.y + y - last.y }
        draw()
      }
    },
    { signal },
  )
  const lift = ({ pointerId, clientX, clientY, timeStamp, type }: PointerEvent) => {
    if (!fingers.delete(pointerId) || fingers.size > 0 || !began || type === 'pointercancel') return
    const x = clientX - began.x
    const y = clientY - began.y
    if (Math.hypot(x, y) < 10) {
      if (timeStamp - pressedAt < DOUBLE_MS) zoom(scale > 1 ? 1 : CLOSER)
      pressedAt = timeStamp
    } else if (scale > 1) return
    else if (Math.abs(x) > FAR_ENOUGH && Math.abs(x) > Math.abs(y)) onSwipe(x < 0 ? 1 : -1)
    else if (y > FAR_ENOUGH) onPullDown()
  }
  stage.addEventListener('pointerup', lift, { signal })
  stage.addEventListener('pointercancel', lift, { signal })
  signal.addEventListener('abort', () => {
    picture.style.transform = ''
  })
}
