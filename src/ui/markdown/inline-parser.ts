/**
 * The inline half of Markdown: text -> nodes, by the algorithm of CommonMark's appendix with GFM's additions and, for emphasis,
 * the flanking rule that Chinese, Japanese and Korean need (`**重点：**后文`). A pure function that can start anywhere a former
 * call said it may, so a growing paragraph is never read again from its beginning.
 *
 * Differences from CommonMark, all on purpose: raw HTML is text (`<br>` excepted); `$…$` and `\(…\)` keep their source; one tilde is a
 * tilde (`10~20`); a construct is at most {@link MAX_SPAN} characters long, which is what bounds the work of each call.
 */

export type Inline = string | InlineNode

export interface InlineNode {
  readonly type: 'em' | 'strong' | 'del' | 'code' | 'math' | 'link' | 'image' | 'ref' | 'note' | 'br'
  readonly kids: readonly Inline[]
  /** Address of a link or image, label of a `ref` (see {@link normalizeLabel}) or `note`; otherwise empty. */
  readonly to: string
  /** What follows the closing bracket of a `ref` in the source: shown when nothing defines its label. */
  readonly tail?: string
}

export interface InlineResult {
  readonly nodes: readonly Inline[]
  /** Text before this offset can't change its meaning any more; the next call may start here. */
  readonly offset: number
  /** How many of `nodes` lie wholly before `offset`. */
  readonly count: number
  /** How many characters of the text node number `count` lie before `offset`. */
  readonly length: number
}

/** Characters between the two ends of an emphasis, link, code span or formula. */
const MAX_SPAN = 1000
/** While streaming, something begun this near the end is drawn as if it were finished, so that `**bold` does not flicker. */
const GUESS_SPAN = 400

interface Mark {
  text: string
}

interface Delimiter {
  readonly mark: Mark
  readonly char: string
  readonly position: number
  readonly length: number
  readonly opens: boolean
  readonly closes: boolean
}

interface Bracket {
  readonly mark: Mark
  readonly image: boolean
  readonly position: number
  /** Delimiters below this index lie outside the brackets. */
  readonly bottom: number
  active: boolean
}

type Piece = Inline | Mark

const CJK = '\\u1100-\\u11ff\\u2e80-\\ua4cf\\uac00-\\ud7ff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef'
const CJK_CHAR = new RegExp(`[${CJK}\\u{1b000}-\\u{1b2ff}\\u{20000}-\\u{3ffff}]`, 'u')
const BREAKABLE = new RegExp(`[\\s${CJK}]`)
const PUNCTUATION = /[\p{P}\p{S}]/u
const SPECIAL = /[\\`*_~[\]<&$\n@]|!\[|https?:\/\/|www\./gi
/** Stops at CJK too: Chinese text follows an address without a space. */
const URL_TAIL = new RegExp(`[^\\s<>“”‘’${CJK}]+`, 'y')
const HOST = /^[^/?#]*[a-z\d]\.[a-z\d]/i
const DOMAIN = /[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z\d-]*[a-z\d]/iy
const ANGLE =
  /<(?:(br) *\/?|([a-z][a-z\d+.-]{1,31}:[^\s<>]{0,999})|([\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d-]+(?:\.[a-z\d-]+)*))>/iy
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/iy
const TARGET =
  /\(\s*(?:<((?:[^<>\n\\]|\\.){0,999})>|((?:[^\s()\\<]|\\.)(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\)){0,999})?)(?:\s+(?:"(?:[^"\\]|\\[\s\S]){0,999}"|'(?:[^'\\]|\\[\s\S]){0,999}'|\((?:[^()\\]|\\[\s\S]){0,999}\)))?\s*\)/y
const LABEL = /\[((?!\^)(?:[^[\]\\]|\\[\s\S]){0,200})\]/y
const ESCAPABLE = /[!-/:-@[-`{-~]/
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

/** Two labels that differ only in case and white space name the same definition. */
export function normalizeLabel(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase()
}

/** Takes backslashes and entities out of the address of a link. */
export function unescapeMarkdown(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])|&#?\w{1,8};/g, (whole, char: string | undefined) =>
    char === undefined ? (decodeEntity(whole, 0)?.text ?? whole) : char,
  )
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function decodeEntity(text: string, at: number): { text: string; length: number } | undefined {
  const found = match(ENTITY, text, at)
  if (!found) return undefined
  const code = found[1] ? Number(found[1]) : Number.parseInt(found[2] ?? '0', 16)
  const decoded = found[3]
    ? NAMED[found[3]]
    : code > 0 && code < 0x110000 && (code < 0xd800 || code > 0xdfff)
      ? String.fromCodePoint(code)
      : '\ufffd'
  return decoded === undefined ? undefined : { text: decoded, length: found[0].length }
}

/** The whole character before an offset; pairs of surrogates are one character. */
function charBefore(text: string, at: number): string {
  const unit = text.slice(Math.max(0, at - 1), at)
  return unit >= '\udc00' && unit <= '\udfff' ? text.slice(Math.max(0, at - 2), at) : unit
}

function charAfter(text: string, at: number): string {
  const code = text.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}

const isSpace = (char: string) => char.trim() === ''

/** GFM: punctuation at the end of a bare address belongs to the sentence, and so does a parenthesis that it does not open. */
function trimUrl(url: string): string {
  for (;;) {
    const shorter = url.replace(/(?:&[a-z\d]+;|[?!.,:;*_~'"]+)$/i, '')
    const excess = shorter.endsWith(')') && shorter.split(')').length > shorter.split('(').length
    if (!excess) return shorter
    url = shorter.slice(0, -1)
  }
}

const isMark = (piece: Piece): piece is Mark => typeof piece === 'object' && !('type' in piece)

/** Marks that nobody used become text, and neighbouring texts one. */
function settle(pieces: readonly Piece[]): Inline[] {
  const nodes: Inline[] = []
  for (const piece of pieces) {
    const node = isMark(piece) ? piece.text : piece
    const last = nodes.at(-1)
    if (typeof node === 'string' && typeof last === 'string') nodes[nodes.length - 1] = last + node
    else if (node !== '') nodes.push(node)
  }
  return nodes
}

/** The text of nodes without their marks: what an image's `alt` can hold. */
export function plainText(nodes: readonly Inline[]): string {
  return nodes.map((node) => (typeof node === 'string' ? node : plainText(node.kids))).join('')
}

/**
 * @param start an `offset` of a former result for the same text, or 0
 * @param limit text from here on may still be taken away again: no `offset` beyond it
 * @param open the text is still being written: draw what is half finished calmly
 */
export function parseInline(text: string, start: number, limit: number, open: boolean): InlineResult {
  const end = text.trimEnd().length
  const pieces: Piece[] = []
  const delimiters: Delimiter[] = []
  const brackets: Bracket[] = []
  let buffer = ''
  let position = start
  // True once the meaning of something depends on text that is not here yet.
  let undecided = false
  let offset = start
  let count = 0
  let length = 0

  function add(piece: Piece): void {
    if (buffer) pieces.push(buffer)
    buffer = ''
    pieces.push(piece)
  }

  /** A construct begun at `from` was not recognized: may more text change that? */
  function literal(from: number, size = 1): void {
    if (text.length - from <= MAX_SPAN) undecided = true
    buffer += text.slice(from, from + size)
    position = from + size
  }

  function node(type: InlineNode['type'], kids: readonly Inline[], to = ''): InlineNode {
    return { type, kids, to }
  }

  /** CommonMark's "process emphasis" for the delimiters from `bottom` on. */
  function pairDelimiters(bottom: number): void {
    let index = bottom
    while (index < delimiters.length) {
      const closer = delimiters[index] as Delimiter
      if (!closer.closes) {
        index++
        continue
      }
      let other = index - 1
      for (; other >= bottom; other--) {
        const opener = delimiters[other] as Delimiter
        const ruleOfThree =
          (opener.closes || closer.opens) &&
          (opener.length + closer.length) % 3 === 0 &&
          (opener.length % 3 !== 0 || closer.length % 3 !== 0)
        if (opener.opens && opener.char === closer.char && !ruleOfThree) break
      }
      const opener = delimiters[other]
      if (other < bottom || opener === undefined || closer.position - opener.position > MAX_SPAN) {
        if (closer.opens) index++
        else delimiters.splice(index, 1)
        continue
      }
      const size = opener.mark.text.length > 1 && closer.mark.text.length > 1 ? 2 : 1
      opener.mark.text = opener.mark.text.slice(size)
      closer.mark.text = closer.mark.text.slice(size)
      const from = pieces.lastIndexOf(opener.mark) + 1
      const inner = pieces.slice(from, pieces.lastIndexOf(closer.mark))
      pieces.splice(from, inner.length, node(closer.char === '~' ? 'del' : size === 2 ? 'strong' : 'em', settle(inner)))
      delimiters.splice(other + 1, index - other - 1)
      index = other + 1
      if (!opener.mark.text) delimiters.splice(--index, 1)
      if (!closer.mark.text) delimiters.splice(index, 1)
    }
  }

  function readDelimiters(char: string): void {
    let stop = position + 1
    while (text[stop] === char) stop++
    const size = stop - position
    if (stop >= end) undecided = true
    const before = charBefore(text, position)
    const after = stop < end ? charAfter(text, stop) : ''
    const spaceBefore = isSpace(before)
    const spaceAfter = isSpace(after)
    const punctuationBefore = PUNCTUATION.test(before)
    const punctuationAfter = PUNCTUATION.test(after)
    const left = !spaceAfter && (!punctuationAfter || spaceBefore || punctuationBefore || CJK_CHAR.test(before))
    const right = !spaceBefore && (!punctuationBefore || spaceAfter || punctuationAfter || CJK_CHAR.test(after))
    const word = char === '_'
    const opens = left && (!word || !right || punctuationBefore)
    const closes = right && (!word || !left || punctuationAfter)
    const from = position
    position = stop
    if (open && stop >= end) {
      // Half of a delimiter, or one that nothing follows yet: it closes what is open, or it waits.
      const opener = delimiters.findLast((delimiter) => delimiter.char === char && delimiter.opens)
      if (!opener || opener.mark.text.length !== size) return
    }
    if ((!opens && !closes) || (char === '~' && size !== 2)) {
      buffer += text.slice(from, stop)
      return
    }
    const mark = { text: text.slice(from, stop) }
    add(mark)
    delimiters.push({ mark, char, position: from, length: size, opens, closes })
    if (closes && !brackets.length) pairDelimiters(0)
  }

  function readUrl(scheme: string): void {
    const found = match(URL_TAIL, text, position)
    const url = trimUrl(found?.[0] ?? '')
    const www = scheme.length === 4
    if (/[a-z\d]/i.test(charBefore(text, position)) || !HOST.test(www ? url : url.slice(scheme.length))) {
      // A host with no dot yet may still get one.
      literal(position, scheme.length)
      return
    }
    if (position + (found?.[0].length ?? 0) >= text.length) undecided = true
    add(node('link', [url], www ? `http://${url}` : url))
    position += url.length
  }

  function readEmail(): void {
    const local = /[\w.+-]+$/.exec(buffer.slice(-64))?.[0]
    const domain = local ? match(DOMAIN, text, position + 1)?.[0] : undefined
    if (!local || !domain) {
      literal(position)
      return
    }
    buffer = buffer.slice(0, -local.length)
    const address = `${local}@${domain}`
    add(node('link', [address], `mailto:${address}`))
    position += domain.length + 1
    if (position >= text.length) undecided = true
  }

  function readCode(): void {
    let stop = position + 1
    while (text[stop] === '`') stop++
    const fence = text.slice(position, stop)
    let close = stop
    for (;;) {
      close = text.indexOf('`', close)
      if (close < 0 || close - position > MAX_SPAN) break
      let after = close + 1
      while (text[after] === '`') after++
      if (after - close === fence.length) {
        if (after >= text.length) undecided = true
        const inner = text.slice(stop, close).replaceAll('\n', ' ')
        add(node('code', [/^ .*[^ ].* $/.test(inner) ? inner.slice(1, -1) : inner]))
        position = after
        return
      }
      close = after
    }
    if (open && end - position <= GUESS_SPAN) {
      undecided = true
      if (stop < end) add(node('code', [text.slice(stop, end).replace(/`+$/, '')]))
      position = end
    } else literal(position, fence.length)
  }

  /** `$x$`, `$$x$$`, `\(x\)`, `\[x\]`: kept as written. `$5 and $6` is money: no space or digit at the wrong side of a `$`. */
  function readMath(opening: string, closing: string): boolean {
    const from = position + opening.length
    const found = text.slice(from, from + MAX_SPAN).indexOf(closing)
    const stop = from + found
    const inner = text.slice(from, stop)
    const money = opening === '$' && (/^\s|\s$|\n\s*\n/.test(inner) || /\d/.test(text[stop + 1] ?? ''))
    if (found < 1 || money) return false
    position = stop + closing.length
    if (position >= text.length) undecided = true
    add(node('math', [text.slice(from - opening.length, position)]))
    return true
  }

  function openBracket(image: boolean): void {
    const mark = { text: image ? '![' : '[' }
    add(mark)
    brackets.push({ mark, image, position, bottom: delimiters.length, active: true })
    position += mark.text.length
  }

  function closeBracket(): void {
    const bracket = brackets.pop()
    if (!bracket?.active || position - bracket.position > MAX_SPAN) {
      buffer += ']'
      position++
      if (bracket && !brackets.length) pairDelimiters(0)
      return
    }
    const source = text.slice(bracket.position + bracket.mark.text.length, position)
    const next = position + 1
    const target = match(TARGET, text, next)
    const guess = open && !target && text.length - next < GUESS_SPAN && /^\([^\s)]*$/.test(text.slice(next))
    const isNote = !bracket.image && /^\^[^\s[\]]+$/.test(source)
    const second = match(LABEL, text, next)
    const label = second?.[1] || source
    if (!target && text.length - next < MAX_SPAN && /[([]|^$/.test(text[next] ?? '')) undecided = true
    if (
      !target &&
      !guess &&
      !isNote &&
      (bracket.image || !/\S/.test(label) || !/^(?:[^[\]\\]|\\[\s\S]){1,200}$/.test(label))
    ) {
      buffer += ']'
      position = next
      if (!brackets.length) pairDelimiters(0)
      return
    }
    add('')
    pairDelimiters(bracket.bottom)
    delimiters.length = bracket.bottom
    const index = pieces.lastIndexOf(bracket.mark)
    const kids = settle(pieces.slice(index + 1))
    pieces.length = index
    if (isNote) {
      position = next
      pieces.push(node('note', [], normalizeLabel(source.slice(1))))
      return
    }
    if (guess) {
      position = text.length
      if (!bracket.image) pieces.push(...kids)
      return
    }
    if (target) {
      position = next + target[0].length
      pieces.push(node(bracket.image ? 'image' : 'link', kids, unescapeMarkdown(target[1] ?? target[2] ?? '')))
      // A link can't hold a link.
      if (!bracket.image) for (const outer of brackets) if (!outer.image) outer.active = false
    } else {
      position = next + (second?.[0].length ?? 0)
      pieces.push({ ...node('ref', kids, normalizeLabel(label)), tail: second?.[0] ?? '' })
    }
  }

  function readBackslash(): void {
    const next = text[position + 1] ?? ''
    if ((next === '(' && readMath('\\(', '\\)')) || (next === '[' && readMath('\\[', '\\]'))) return
    if (position + 1 >= end || next === '(' || next === '[') undecided = true
    if (next === '\n' && position + 1 < end) {
      add(node('br', []))
      position += 2
    } else if (next && ESCAPABLE.test(next)) {
      buffer += next
      position += 2
    } else {
      if (!open || next) buffer += '\\'
      position++
    }
  }

  function readAngle(): void {
    const found = match(ANGLE, text, position)
    if (!found) {
      if (open && /^<b?r? ?\/?$/i.test(text.slice(position, position + 6))) position = end
      else literal(position)
      undecided ||= text.length - position < MAX_SPAN
      return
    }
    if (found[1]) add(node('br', []))
    else add(node('link', [found[2] ?? found[3] ?? ''], found[2] ?? `mailto:${found[3]}`))
    position += found[0].length
    if (found[1] && text[position] === '\n') position++
  }

  const readers: Record<string, () => void> = {
    '*': () => readDelimiters('*'),
    _: () => readDelimiters('_'),
    '~': () => readDelimiters('~'),
    '`': readCode,
    '[': () => openBracket(false),
    '![': () => openBracket(true),
    ']': closeBracket,
    '<': readAngle,
    '\\': readBackslash,
    '@': readEmail,
    $: readDollar,
    '&': readEntity,
    '\n': readNewline,
  }

  function readDollar(): void {
    const fence = text.startsWith('$$', position) ? '$$' : '$'
    if (!readMath(fence, fence)) literal(position, fence.length)
  }

  function readEntity(): void {
    const entity = decodeEntity(text, position)
    if (!entity) {
      literal(position)
      return
    }
    buffer += entity.text
    position += entity.length
  }

  function readNewline(): void {
    const hard = text.endsWith('  ', position)
    while (/[ \t]/.test(buffer.slice(-1))) buffer = buffer.slice(0, -1)
    if (hard) add(node('br', []))
    else buffer += '\n'
    position++
  }

  /** Remembers the last word boundary of plain text from `from` to `to`, if nothing before it is undecided. */
  function keepPlace(from: number, to: number): void {
    if (delimiters[0] && delimiters[0].position < from - MAX_SPAN) {
      while (delimiters[0] && delimiters[0].position < from - MAX_SPAN) delimiters.shift()
    }
    if (undecided || delimiters.length || brackets.length) return
    let place = Math.min(to, limit) - 1
    while (place > from && !(BREAKABLE.test(text[place] ?? '') && !isSpace(text[place - 1] ?? ''))) place--
    if (place <= from) return
    offset = place
    count = pieces.length
    length = buffer.length + place - from
  }

  while (position < end) {
    while (brackets[0] && brackets[0].position < position - MAX_SPAN) {
      brackets.shift()
      if (!brackets.length) pairDelimiters(0)
    }
    const special = match(SPECIAL, text, position)
    const stop = Math.min(special?.index ?? end, end)
    if (stop > position) {
      keepPlace(position, stop)
      buffer += text.slice(position, stop)
      position = stop
    }
    if (!special || position >= end) break
    const read = readers[special[0]]
    if (read) read()
    else readUrl(special[0])
  }
  if (buffer) add('')
  pairDelimiters(0)
  if (open) guessTheRest()

  function guessTheRest(): void {
    const bracket = brackets.at(-1)
    const place = bracket ? pieces.lastIndexOf(bracket.mark) : -1
    if (bracket && place >= 0 && end - bracket.position < GUESS_SPAN) {
      if (bracket.image || text[bracket.position + 1] === '^') pieces.length = place
      else bracket.mark.text = ''
    }
    for (const { mark, char, opens, position: at } of delimiters.toReversed()) {
      const index = pieces.lastIndexOf(mark)
      if (!opens || end - at > GUESS_SPAN || index < 0) continue
      let inner = settle(pieces.slice(index + 1))
      for (let size = mark.text.length; size > 0 && inner.length; size -= 2) {
        inner = [node(char === '~' ? 'del' : size > 1 ? 'strong' : 'em', inner)]
      }
      pieces.splice(index, pieces.length, ...inner)
    }
  }

  // Pieces before `count` are settled elements and texts; merging is what could still shift their number.
  const head = settle(pieces.slice(0, count))
  const last = head.at(-1)
  const joined = typeof last === 'string' && length > 0
  return {
    nodes: settle(pieces),
    offset,
    count: joined ? head.length - 1 : head.length,
    length: joined ? last.length + length : length,
  }
}
