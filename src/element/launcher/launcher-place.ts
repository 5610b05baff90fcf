/** Where a moved launcher stands: at one of the two sides, at some height (pure). */

export interface LauncherPlace {
  readonly side: 'left' | 'right'
  /** Pixels between the launcher and the bottom of the window. */
  readonly y: number
}

/** Pixels; the launcher is as wide as it is high. */
export const LAUNCHER_SIZE = 56

/** Pixels a launcher keeps from top and bottom of the window. */
const MARGIN = 8

/** Pixels from a corner within which a dropped launcher goes into it. */
const CORNER_PULL = 40

/** The height that fits the window as it is now. */
export function keepInside(y: number, windowHeight: number): number {
  return Math.max(MARGIN, Math.min(y, windowHeight - LAUNCHER_SIZE - MARGIN))
}

/**
 * The place nearest to where the launcher was dropped.
 * @param corner pixels that a launcher in a corner keeps from the bottom, or from the top
 */
export function nearestPlace(
  dropped: { readonly left: number; readonly bottom: number },
  window: { readonly width: number; readonly height: number },
  corner: number,
): LauncherPlace {
  const side = dropped.left + LAUNCHER_SIZE / 2 < window.width / 2 ? 'left' : 'right'
  const y = keepInside(window.height - dropped.bottom, window.height)
  const top = window.height - LAUNCHER_SIZE - corner
  const pull = [corner, top].find((height) => Math.abs(height - y) < CORNER_PULL)
  return { side, y: Math.round(pull ?? y) }
}

/** For storage: `left 120`. */
export function writePlace({ side, y }: LauncherPlace): string {
  return `${side} ${y}`
}

/** Anything but what `writePlace` wrote is no place. */
export function readPlace(text: string | undefined): LauncherPlace | undefined {
  const [, side, y] = /^(left|right) (\d{1,5})$/.exec(text ?? '') ?? []
  return side ? { side: side as LauncherPlace['side'], y: Number(y) } : undefined
}
