/** Of em or ex. A formula as high as a browser can draw would be the last thing in the conversation that can be reached. */
const MAX_SIZE = 40

/** Whether a formula names a length that nobody means to be read. Pure. */
export function isOversized(mathMl: string): boolean {
  const tags = mathMl.match(/<[^>]+>/g) ?? []
  const sizes = tags.join('').matchAll(/([\d.]+(?:e\+\d+)?)e[mx]/g)
  return [...sizes].some(([, size]) => Number(size) > MAX_SIZE)
}
