/** Backslashes and entities of Markdown, as characters. The table holds the names that occur in answers; others stay as written. */

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  reg: '®',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  middot: '·',
  times: '×',
  larr: '←',
  rarr: '→',
}

/** @param reference from `&` to `;` */
export function decodeReference(reference: string): string {
  const [, decimal, hex, name = ''] = /^&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));$/i.exec(reference) ?? []
  if (!decimal && !hex) return (Object.hasOwn(NAMED, name) && NAMED[name]) || reference
  const code = decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16)
  const valid = code > 0 && code < 0x110000 && (code < 0xd800 || code > 0xdfff)
  return valid ? String.fromCodePoint(code) : '\ufffd'
}

/** What the address of a link or the language of code means. */
export function unescapeMarkdown(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])|&#?\w{1,30};/g, (whole, char: string | undefined) =>
    char === undefined ? decodeReference(whole) : char,
  )
}
