/** How well one tells what Chromium has drawn from what it is drawn on, measured on its pixels. */
import type { Page } from '@playwright/test'

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * For each area the contrast between its most frequent colour and the one that differs most from it, as WCAG counts it: of words or an icon
 * with what is behind them, where the area holds nothing else. Letters reach their own colour only where their lines are wider than a
 * pixel, so the picture has to be taken at a scale of 2 or more.
 * @param meter any page without a policy against data addresses; nothing is drawn on it
 * @param picture PNG
 * @param scale device pixels for each pixel of the areas
 */
export async function contrastsIn(
  meter: Page,
  picture: Buffer,
  areas: readonly Area[],
  scale: number,
): Promise<number[]> {
  const source = { url: `data:image/png;base64,${picture.toString('base64')}`, areas, scale }
  return await meter.evaluate(async ({ url, areas, scale }) => {
    const bitmap = await createImageBitmap(await (await fetch(url)).blob())
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true })
    if (!canvas) throw new Error('no canvas')
    canvas.drawImage(bitmap, 0, 0)
    const luminance = (color: number) => {
      const [r = 0, g = 0, b = 0] = [color >> 16, (color >> 8) & 255, color & 255].map((byte) => {
        const part = byte / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    return areas.map(({ x, y, width, height }) => {
      const { data } = canvas.getImageData(
        Math.floor(x * scale),
        Math.floor(y * scale),
        Math.max(1, Math.ceil(width * scale)),
        Math.max(1, Math.ceil(height * scale)),
      )
      const counts = new Map<number, number>()
      for (let at = 0; at < data.length; at += 4) {
        const color = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0)
        counts.set(color, (counts.get(color) ?? 0) + 1)
      }
      const [behind = 0] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? []
      const base = luminance(behind)
      const contrasts = [...counts.keys()].map((color) => {
        const other = luminance(color)
        return (Math.max(base, other) + 0.05) / (Math.min(base, other) + 0.05)
      })
      return Math.max(...contrasts)
    })
  }, source)
}
