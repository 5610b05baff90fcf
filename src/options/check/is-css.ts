/** The one judge of values as in CSS: for the check, which tells the owner, and for what is drawn before it. */

/** Where there is no CSS, on a server, everything is fit. */
export function isCss(value: unknown, property: string): boolean {
  // In a list, because `inherit` and its like are fit for nothing: the chat inherits nothing of the page.
  return globalThis.CSS?.supports(property, property === 'color' ? `${value}` : `${value}, a`) !== false
}
