/** Black or white on a colour, whichever reads better (WCAG 2.2 contrast ratio). */

/** @param rgb what `getComputedStyle` answers: `rgb(77, 83, 232)` or `color(srgb 0.3 0.3 0.9)`. */
export function readableOn(rgb: string): '#fff' | '#111' {
  const scale = rgb.startsWith('color(') ? 1 : 255
  const [red = 0, green = 0, blue = 0] = (rgb.replace(/^color\(\S+/, '').match(/[\d.]+/g) ?? []).map((part) => {
    const channel = Number(part) / scale
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  // 1.05 / (L + 0.05) is the contrast with white, (L + 0.05) / 0.0565 the one with #111.
  return 1.05 / (luminance + 0.05) >= Math.min(4.5, (luminance + 0.05) / 0.0565) ? '#fff' : '#111'
}
