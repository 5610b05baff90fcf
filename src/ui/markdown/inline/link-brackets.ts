/** Links and pictures: brackets, and the address behind them. After "look for link or image" of CommonMark. */
import { contentOf, type Delimiter, type Delimiters, LONGEST_SPAN, MAX_DEPTH } from './delimiters.ts'
import { inlineNode, normalizeLabel } from './inline-nodes.ts'
import type { InlineOutput } from './inline-output.ts'
import { readLabel, readTarget } from './link-parts.ts'
import { GUESS_SPAN } from './unfinished.ts'

/** No address looks further ahead. */
const LONGEST_TARGET = 2_000
const LONGEST_NAME = 999
/** `(address`, as far as it is there. */
const HALF_TARGET = /^\((?:<[^>\n]*|[^\s()]*(?:\s+["'(][^"')]*)?)$/

interface Bracket {
  readonly part: number
  readonly at: number
  readonly image: boolean
  readonly below: Delimiter | undefined
  /** Another bracket opened after it. */
  followed: boolean
}

export interface LinkBrackets {
  /** @returns where to go on */
  open(at: number, image: boolean): number
  /**
   * @param at of a closing bracket
   * @returns where to go on; `undefined` where the bracket is text
   */
  close(at: number): number | undefined
  isAnyOpen(): boolean
  /** Where the first one lies, from `reach` on, that can still become a link. */
  firstOpen(reach: number): number
  /** Of a link whose brackets are not complete only the words show, and of a picture nothing. */
  hideOpen(): void
}

export function createLinkBrackets(
  text: string,
  { addressOf, growing }: { addressOf(label: string): string | undefined; readonly growing: boolean },
  { parts, add, flush }: InlineOutput,
  delimiters: Delimiters,
): LinkBrackets {
  const brackets: Bracket[] = []
  /** Nothing inside a link may be a link: of so many brackets, the outermost, only pictures can be made. */
  let closedTo = 0

  function hide({ image, part }: Bracket): void {
    if (image) parts.length = part
    else parts[part] = ''
  }

  /** What the brackets up to `at` stand for. */
  function targetOf(bracket: Bracket, at: number): { address: string; end: number } | undefined {
    const after = at + 1
    const target = readTarget(text.slice(after, after + LONGEST_TARGET), 0)
    if (target) return { address: target.text, end: after + target.end }
    const label = readLabel(text, after)
    const isOwn = !label || label.text.length <= 2
    if (isOwn && bracket.followed) return undefined
    const own = bracket.at + (bracket.image ? 2 : 1)
    const name = normalizeLabel(isOwn ? text.slice(own, at) : label.text.slice(1, -1))
    if (!name || name.length > LONGEST_NAME) return undefined
    const address = addressOf(name)
    return address === undefined ? undefined : { address, end: label?.end ?? after }
  }

  function closeLink(bracket: Bracket, at: number): number | undefined {
    const target = targetOf(bracket, at)
    if (!target) return undefined
    flush()
    delimiters.resolve(parts, bracket.below)
    const node = inlineNode(bracket.image ? 'image' : 'link', contentOf(parts, bracket.part + 1), target.address)
    if (node.depth > MAX_DEPTH) return undefined
    parts.length = bracket.part
    add(node)
    if (!bracket.image) closedTo = brackets.length
    return target.end
  }

  function closeHalfLink(bracket: Bracket, at: number): number | undefined {
    if (text.length - at >= GUESS_SPAN || !HALF_TARGET.test(text.slice(at + 1))) return undefined
    flush()
    hide(bracket)
    if (bracket.image) delimiters.forget(bracket.below)
    return text.length
  }

  return {
    open(at, image) {
      const last = brackets.at(-1)
      if (last) last.followed = true
      const part = add(image ? '![' : '[')
      brackets.push({ part, at, image, below: delimiters.last, followed: false })
      return at + (image ? 2 : 1)
    },
    close(at) {
      const bracket = brackets.pop()
      const isClosed = brackets.length < closedTo
      closedTo = Math.min(closedTo, brackets.length)
      if (!bracket || (isClosed && !bracket.image) || at - bracket.at > LONGEST_SPAN) return undefined
      return closeLink(bracket, at) ?? (growing ? closeHalfLink(bracket, at) : undefined)
    },
    isAnyOpen: () => brackets.length > 0,
    firstOpen: (reach) => brackets.find(({ at }) => at >= reach)?.at ?? Number.POSITIVE_INFINITY,
    hideOpen() {
      const last = brackets.at(-1)
      if (last && text.length - last.at < GUESS_SPAN) hide(last)
    },
  }
}
