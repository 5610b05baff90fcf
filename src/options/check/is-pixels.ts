/** The one judge of sizes in pixels: for the check, which tells the owner, and for what is drawn before it. */

export interface PixelLimits {
  readonly least?: number | undefined
  readonly most: number
}

/** @param value a number or its digits */
export function isPixels(value: unknown, { least = 0, most }: PixelLimits): boolean {
  return /^\d+$/.test(`${value}`) && Number(value) >= least && Number(value) <= most
}
