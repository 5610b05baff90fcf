/** An answer's structure as a text: as CommonMark's reference sees it, and as it was drawn. */
import { Parser, type Node as ReferenceNode } from 'commonmark'
import type { Block } from '../../../src/ui/markdown/blocks/block.ts'
import { createBlockParser } from '../../../src/ui/markdown/blocks/block-parser.ts'
import { type Inline, plainText } from '../../../src/ui/markdown/inline/inline-nodes.ts'
import { type InlineContext, readInline } from '../../../src/ui/markdown/inline/inline-parser.ts'

const reference = new Parser()

const element = (name: string, content: readonly string[]) => `<${name}>${content.join('')}</>`
const words = (text: string) => JSON.stringify(text)

/** Neighbouring texts are one, wherever a parser has cut them. */
function joined(parts: readonly (string | { text: string })[]): string[] {
  const all: string[] = []
  let text = ''
  const end = () => {
    if (text) all.push(words(text))
    text = ''
  }
  for (const part of parts) {
    if (typeof part === 'object') text += part.text
    else {
      end()
      all.push(part)
    }
  }
  end()
  return all
}

/** The reference encodes what the browser would encode. */
function decoded(address: string): string {
  try {
    return decodeURIComponent(address)
  } catch {
    return address
  }
}

function childrenOf(node: ReferenceNode): ReferenceNode[] {
  const all: ReferenceNode[] = []
  for (let child = node.firstChild; child; child = child.next) all.push(child)
  return all
}

function inlineOfReference(node: ReferenceNode): string | { text: string } {
  const kids = () => joined(childrenOf(node).map(inlineOfReference))
  switch (node.type) {
    case 'softbreak':
      return { text: '\n' }
    case 'linebreak':
      return element('br', [])
    case 'emph':
      return element('em', kids())
    case 'strong':
      return element('strong', kids())
    case 'image':
      return element('image', kids())
    case 'code':
      return element('code', [words(node.literal ?? '')])
    case 'link':
      return element(`a ${decoded(node.destination ?? '')}`, kids())
    default:
      return { text: node.literal ?? '' }
  }
}

function blockOfReference(node: ReferenceNode): string {
  // Of a paragraph that held definitions alone, nothing is to be seen.
  const kids = () =>
    childrenOf(node)
      .filter(({ type, firstChild }) => type !== 'paragraph' || firstChild)
      .map(blockOfReference)
  switch (node.type) {
    case 'document':
      return kids().join('\n')
    case 'paragraph':
      return element('p', joined(childrenOf(node).map(inlineOfReference)))
    case 'heading':
      return element(`h${node.level}`, joined(childrenOf(node).map(inlineOfReference)))
    case 'block_quote':
      return element('blockquote', kids())
    case 'list': {
      const start = node.listType === 'ordered' ? ` ${node.listStart}` : ''
      return element(`${start ? 'ol' : 'ul'}${start}${node.listTight ? '' : ' loose'}`, kids())
    }
    case 'item':
      return element('li', kids())
    case 'code_block':
      return element(`pre ${(node.info ?? '').split(/\s/)[0]}`, [words((node.literal ?? '').replace(/\n$/, ''))])
    case 'thematic_break':
      return element('hr', [])
    default:
      throw new Error(`The generator must not make a ${node.type}.`)
  }
}

export function referenceStructure(markdown: string): string {
  return blockOfReference(reference.parse(markdown))
}

function inlineOfOurs(node: Inline): string | { text: string } {
  if (typeof node === 'string') return { text: node }
  const kids = () => joined(node.kids.map(inlineOfOurs))
  switch (node.type) {
    case 'code':
      return element('code', [words(plainText(node.kids))])
    case 'link':
      return element(`a ${decoded(node.to)}`, kids())
    default:
      return element(node.type, kids())
  }
}

/** The parser’s own tree, given the text in pieces that end at `cuts`. */
export function ourStructure(markdown: string, cuts: readonly number[] = []): string {
  const addresses = new Map<string, string>()
  const parser = createBlockParser(({ label, address }) => {
    if (!addresses.has(label)) addresses.set(label, address)
  })
  let lineStart = 0
  for (const end of [...cuts].sort((a, b) => a - b)) {
    for (let at = markdown.indexOf('\n', lineStart); at >= 0 && at < end; at = markdown.indexOf('\n', lineStart)) {
      parser.addLine(markdown.slice(lineStart, at))
      lineStart = at + 1
    }
    parser.tryLine(markdown.slice(lineStart, end))
  }
  const lines = markdown.slice(lineStart).split('\n')
  for (const [index, line] of lines.entries()) if (line || index < lines.length - 1) parser.addLine(line)
  parser.end()
  const context: InlineContext = { growing: false, addressOf: (label) => addresses.get(label) }
  const content = (text: string) => joined(readInline(text.trim(), context).map(inlineOfOurs))

  function blockOfOurs({ name, text, lines: code, children, facts, loose }: Block): string {
    const kids = () => children.filter((child) => child.name !== 'paragraph' || child.text).map(blockOfOurs)
    switch (name) {
      case 'document':
        return kids().join('\n')
      case 'paragraph':
        return element('p', content(text))
      case 'heading':
        return element(`h${facts.level}`, content(text))
      case 'quote':
        return element('blockquote', kids())
      case 'list': {
        const start = facts.start === undefined ? '' : ` ${facts.start}`
        return element(`${start ? 'ol' : 'ul'}${start}${loose ? ' loose' : ''}`, kids())
      }
      case 'item':
        return element('li', kids())
      case 'code':
        return element(`pre ${(facts.info ?? '').split(/\s/)[0]}`, [words(code.join('\n'))])
      case 'rule':
        return element('hr', [])
      default:
        throw new Error(`The generator must not make a ${name}.`)
    }
  }

  return blockOfOurs(parser.document)
}
