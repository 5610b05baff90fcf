/** Addresses in a text: between pointed brackets, and bare ones as GFM finds them. */
import { type InlineNode, inlineNode } from './inline-nodes.ts'
import { endOf } from './link-parts.ts'

/** Longer ones are no addresses, and their closing brackets would be counted over and over. */
const MAX_ADDRESS = 2_000

export const CJK = '\\u1100-\\u11ff\\u2e80-\\ua4cf\\uac00-\\ud7ff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef'

const POINTED = /<[a-z][a-z\d+.-]{1,31}:[^<>\0-\x20]{0,999}>/iy
const POINTED_MAIL =
  /<[\w.!#$%&'*+/=?^`{|}~-]{1,99}@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*>/iy

/** It ends at CJK and at curly quotes too: Chinese text follows it without a space. */
const BARE = new RegExp(`(?:https?://|www\\.)[^\\s“”‘’<${CJK}]*`, 'iy')
const HOST = /^(?:https?:\/\/)?[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]|$)/i
const LAST_TWO_NAMES = /[\w-]+\.[\w-]+(?=$|[/:?#])/
const MAIL = /(?:mailto:|xmpp:)?[\w.+-]{1,100}@[\w-]+(?:\.[\w-]+)+/iy

function link(text: string, address = text): InlineNode {
  return inlineNode('link', [text], address)
}

/** `<https://…>` or `<me@…>`. */
export function readPointedAddress(text: string, at: number): { node: InlineNode; end: number } | undefined {
  const end = Math.max(endOf(POINTED, text, at), endOf(POINTED_MAIL, text, at))
  if (end < 0) return undefined
  const inner = text.slice(at + 1, end - 1)
  return { node: link(inner, /^[a-z][a-z\d+.-]*:/i.test(inner) ? inner : `mailto:${inner}`), end }
}

/**
 * An address without any mark around it.
 * @param inBrackets it may be the words of a link, and then ends with them
 */
export function readBareAddress(
  text: string,
  at: number,
  inBrackets: boolean,
): { node: InlineNode; end: number } | undefined {
  if (/[hw]/i.test(text[at] ?? '')) {
    const end = endOf(BARE, text, at)
    if (end >= 0) return end - at > MAX_ADDRESS ? undefined : readSite(text.slice(at, end), at, inBrackets)
  }
  const end = endOf(MAIL, text, at)
  const found = text.slice(at, end)
  if (end < 0 || /[_-]$/.test(found)) return undefined
  return { node: link(found, found.includes(':') ? found : `mailto:${found}`), end }
}

function readSite(run: string, at: number, inBrackets: boolean): { node: InlineNode; end: number } | undefined {
  let found = run
  if (inBrackets) found = /^(?:[^[\]]|\[[^\]]*\])*/.exec(found)?.[0] ?? ''
  for (;;) {
    const shorter = withoutEnd(found)
    if (shorter === found) break
    found = shorter
  }
  const host = HOST.exec(found)?.[0]
  if (!host || LAST_TWO_NAMES.exec(host)?.[0].includes('_')) return undefined
  return { node: link(found, /^www\./i.test(found) ? `http://${found}` : found), end: at + found.length }
}

/** Without a mark at its end that belongs to the sentence. */
function withoutEnd(address: string): string {
  if (/[?!.,:*_~'"]$/.test(address)) return address.slice(0, -1)
  if (address.endsWith(')') && address.split(')').length > address.split('(').length) return address.slice(0, -1)
  return address.replace(/&(?:#\d+|#x[a-f\d]+|\w+);$/i, '')
}
