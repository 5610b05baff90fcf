/** The syntax tree of one line of thought -> the nodes to draw. */
import type { SyntaxNode } from '@lezer/common'
import { decodeReference, unescapeMarkdown } from './character-references.ts'

export type Inline = string | InlineNode

export interface InlineNode {
  readonly type: 'em' | 'strong' | 'del' | 'code' | 'math' | 'link' | 'image' | 'ref' | 'note' | 'br'
  readonly kids: readonly Inline[]
  /** Address of a link or image, label of a `ref` (see {@link normalizeLabel}) or `note`; otherwise empty. */
  readonly to: string
  /** What follows the closing bracket of a `ref` in the source: shown when nothing defines its label. */
  readonly tail?: string
  /** Whether a `ref` stands for an image. */
  readonly image?: boolean
}

const BREAK_TAG = /^<br\s*\/?>$/i

/** Two labels that differ only in case and white space name the same definition. */
export function normalizeLabel(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase()
}

/** The address of a `URL` node outside of plain text. */
export function readAddress(url: SyntaxNode | null | undefined, source: string): string {
  return url ? unescapeMarkdown(source.slice(url.from, url.to).replace(/^<(.*)>$/s, '$1')) : ''
}

/** The text of nodes without their marks: what an image's `alt` or a voice can say. */
export function plainText(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => (typeof node === 'string' ? node : node.type === 'br' ? '\n' : plainText(node.kids)))
    .join('')
}

function inlineNode(type: InlineNode['type'], kids: readonly Inline[] = [], to = ''): InlineNode {
  return { type, kids, to }
}

function readCode(node: SyntaxNode, source: string): InlineNode {
  const size = (node.firstChild?.to ?? 0) - node.from
  let text = source.slice(node.from + size, node.to - size).replace(/\n[ \t>]*/g, ' ')
  if (text.startsWith(' ') && text.endsWith(' ') && text.trim() !== '') text = text.slice(1, -1)
  // GFM: within a table the pipes of code are escaped too.
  if (node.parent?.name === 'TableCell') text = text.replaceAll('\\|', '|')
  return inlineNode('code', [text])
}

function readLink(node: SyntaxNode, source: string): Inline {
  const [opening, closing, target] = node.getChildren('LinkMark')
  if (!opening || !closing) return ''
  const kids = readRange(node, source, opening.to, closing.from)
  const image = node.name === 'Image'
  if (target) {
    const url = node.getChildren('URL').at(-1)
    const address = url && url.from >= target.to ? readAddress(url, source) : ''
    return inlineNode(image ? 'image' : 'link', kids, address)
  }
  const tail = source.slice(closing.to, node.to)
  const label = tail.slice(1, -1) || source.slice(opening.to, closing.from)
  return { ...inlineNode('ref', kids, normalizeLabel(label)), tail, image }
}

function readBareAddress(text: string): InlineNode {
  const scheme = /^[a-z][a-z\d+.-]*:/i.test(text) ? '' : text.startsWith('www.') ? 'http://' : 'mailto:'
  return inlineNode('link', [text], scheme + text)
}

function readNode(node: SyntaxNode, source: string): readonly Inline[] {
  const text = source.slice(node.from, node.to)
  switch (node.name) {
    case 'EmphasisMark':
    case 'StrikethroughMark':
    case 'HeaderMark':
    case 'QuoteMark':
    case 'LinkMark':
      return []
    case 'Emphasis':
      return [inlineNode('em', readRange(node, source))]
    case 'StrongEmphasis':
      return [inlineNode('strong', readRange(node, source))]
    case 'Strikethrough':
      return [inlineNode('del', readRange(node, source))]
    case 'InlineCode':
      return [readCode(node, source)]
    case 'Formula':
      return [inlineNode('math', [text])]
    case 'NoteReference':
      return [inlineNode('note', [], normalizeLabel(text.slice(2, -1)))]
    case 'Link':
    case 'Image':
      return [readLink(node, source)]
    case 'Autolink':
      return [readBareAddress(text.slice(1, -1))]
    case 'URL':
      return [readBareAddress(text)]
    case 'Escape':
      return [text.slice(1)]
    case 'Entity':
      return [decodeReference(text)]
    case 'HardBreak':
      return [inlineNode('br')]
    default:
      // Tags and comments.
      return BREAK_TAG.test(text) ? [inlineNode('br')] : [text]
  }
}

/** Joins neighbouring texts; spaces around the end of a line mean nothing, nor does the end of a line after a break. */
function settle(pieces: readonly Inline[]): Inline[] {
  const nodes: Inline[] = []
  for (const piece of pieces) {
    const last = nodes.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') nodes[nodes.length - 1] = last + piece
    else nodes.push(piece)
  }
  return nodes
    .map((node, index) => {
      if (typeof node !== 'string') return node
      const text = withoutEdges(node)
      const previous = nodes[index - 1]
      return typeof previous === 'object' && previous.type === 'br' ? text.trimStart() : text
    })
    .filter((node) => node !== '')
}

/** No blanks beside a line's end. Line by line, since a pattern is quadratic on a long run of blanks. */
function withoutEdges(text: string): string {
  const lines = text.split('\n')
  return lines
    .map((line, index) => {
      const start = index > 0 ? line.trimStart() : line
      return index < lines.length - 1 ? start.trimEnd() : start
    })
    .join('\n')
}

function readRange(parent: SyntaxNode, source: string, from = parent.from, to = parent.to): Inline[] {
  const pieces: Inline[] = []
  let at = from
  for (let node = parent.childAfter(from); node && node.from < to; node = node.nextSibling) {
    if (node.from > at) pieces.push(source.slice(at, node.from))
    pieces.push(...readNode(node, source))
    at = node.to
  }
  if (at < to) pieces.push(source.slice(at, to))
  return settle(pieces)
}

/** What a paragraph, heading or cell says. */
export function readInline(block: SyntaxNode, source: string, from = block.from): Inline[] {
  const nodes = readRange(block, source, from)
  const [first] = nodes
  if (typeof first === 'string') nodes[0] = first.trimStart()
  const last = nodes.at(-1)
  if (typeof last === 'string') nodes[nodes.length - 1] = last.trimEnd()
  return nodes.filter((node) => node !== '')
}
