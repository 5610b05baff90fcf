/** Addresses in a text: between pointed brackets, and bare ones as GFM finds them. */
import { type InlineNode, inlineNode } from './inline-nodes.ts'
import { endOf } from './link-parts.ts'

/** Longer ones are no addresses, and their closing brackets would be counted over and over. */
const MAX_ADDRESS = 2_000

export const CJK = '\\u1100-\\u11ff\\u2e80-\\ua4cf\\uac00-\\ud7ff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef'

/** With a mark that turns the direction of text an address would be read as another one: it ends there (T45). */
const POINTED = /<[a-z][a-z\d+.-]{1,31}:[^<>\0-\x20\p{Bidi_Control}]{0,999}>/iuy
const POINTED_MAIL =
  /<[\w.!#$%&'*+/=?^`{|}~-]{1,99}@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*>/iy

/** It ends at CJK and at curly quotes too: Chinese text follows it without a space. */
const BARE = new RegExp(`(?:https?://|www\\.)[^\\s“”‘’<\\p{Bidi_Control}${CJK}]{0,${MAX_ADDRESS}}`, 'iuy')
const HOST = /^(?:https?:\/\/)?([\w-]+(?:\.[\w-]+)+)(?::\d+)?(?:[/?#]|$)/i
const MAIL = /(?:mailto:|xmpp:)?[\w.+-]{1,100}@[\w-]{1,255}(?:\.[\w-]{1,255})+/iy
/** What belongs to the sentence where it ends an address. */
const END_MARK = /[?!.,:*_~'"]/
const END_REFERENCE = /&(?:#\d{1,7}|#x[a-f\d]{1,6}|\w{1,32});$/i

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
    if (end >= 0) return end - at >= MAX_ADDRESS ? undefined : readSite(text.slice(at, end), at, inBrackets)
  }
  const end = endOf(MAIL, text, at)
  const found = text.slice(at, end)
  if (end < 0 || /[_-]$/.test(found)) return undefined
  return { node: link(found, found.includes(':') ? found : `mailto:${found}`), end }
}

function readSite(run: string, at: number, inBrackets: boolean): { node: InlineNode; end: number } | undefined {
  const found = run.slice(0, endOfSite(inBrackets ? withinBrackets(run) : run))
  const names = HOST.exec(found)?.[1]?.split('.')
  if (!names || names.slice(-2).join('').includes('_')) return undefined
  return { node: link(found, /^www\./i.test(found) ? `http://${found}` : found), end: at + found.length }
}

/** Up to a bracket that closes what was opened before the address, or to one that nothing closes. */
function withinBrackets(run: string): string {
  return /^(?:[^[\]]|\[[^\]]*\])*/.exec(run)?.[0] ?? ''
}

/** Where an address ends without the marks behind it that belong to the sentence. */
function endOfSite(address: string): number {
  let end = address.length
  /** Brackets that close and were not opened. */
  let surplus = address.split(')').length - address.split('(').length
  for (;;) {
    const last = address[end - 1] ?? ''
    if (last === ')' && surplus > 0) surplus--
    else if (!END_MARK.test(last)) {
      const reference = last === ';' ? END_REFERENCE.exec(address.slice(Math.max(0, end - 40), end)) : null
      if (!reference) return end
      end -= reference[0].length - 1
    }
    end--
  }
}
