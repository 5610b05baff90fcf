/** Where a moved launcher stands: at one of the two sides, at some height. Pure. */

export interface LauncherPlace {
  readonly side: 'left' | 'right'
  /** Pixels between the launcher and the bottom of the window. */
  readonly y: number
}

/** Pixels; where the owner gives it neither words nor another size, it is as wide as it is high. */
export const LAUNCHER_SIZE = 56

/** Pixels a launcher keeps from top and bottom of the window. */
const MARGIN = 8

/** A launcher that is dropped within this many pixels of a corner goes into the corner. */
const CORNER_PULL = 40

/** Returns the height nearest to `y` at which the launcher is inside the window. */
export function keepInside(y: number, windowHeight: number, height = LAUNCHER_SIZE): number {
  return Math.max(MARGIN, Math.min(y, windowHeight - height - MARGIN))
}

/**
 * Returns the place nearest to where the launcher was dropped.
 * @param corner pixels that a launcher in a corner keeps from the bottom, or from the top
 */
export function nearestPlace(
  dropped: { readonly left: number; readonly bottom: number; readonly width?: number; readonly height?: number },
  window: { readonly width: number; readonly height: number },
  corner: number,
): LauncherPlace {
  const { left, width = LAUNCHER_SIZE, height = LAUNCHER_SIZE } = dropped
  const side = left + width / 2 < window.width / 2 ? 'left' : 'right'
  const y = keepInside(window.height - dropped.bottom, window.height, height)
  const top = window.height - height - corner
  const pull = [corner, top].find((corners) => Math.abs(corners - y) < CORNER_PULL)
  return { side, y: Math.round(pull ?? y) }
}

/** For storage: `left 120`. */
export function writePlace({ side, y }: LauncherPlace): string {
  return `${side} ${y}`
}

/** Returns `undefined` for everything that `writePlace` did not write. */
export function readPlace(text: string | undefined): LauncherPlace | undefined {
  const [, side, y] = /^(left|right) (\d{1,5})$/.exec(text ?? '') ?? []
  return side ? { side: side as LauncherPlace['side'], y: Number(y) } : undefined
}
