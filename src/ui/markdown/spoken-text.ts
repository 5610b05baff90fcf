import type { Block } from './blocks/block.ts'
import { createBlockParser } from './blocks/block-parser.ts'
import { cellsOf } from './blocks/table-rows.ts'
import { taskOf } from './drawing/block-elements.ts'
import { plainText } from './inline/inline-nodes.ts'
import { type InlineContext, readInline } from './inline/inline-parser.ts'

/** Markdown as it would be read aloud: what it says, without marks, addresses and definitions. */
export function spokenText(markdown: string): string {
  const addresses = new Map<string, string>()
  const parser = createBlockParser(({ label, address }) => addresses.set(label, address))
  for (const line of markdown.split('\n')) parser.addLine(line)
  parser.end()
  const context: InlineContext = { growing: false, addressOf: (label) => addresses.get(label) }
  const words = (text: string) => plainText(readInline(text.trim(), context))

  function partsOf(block: Block): string[] {
    const { name, text, lines, children, parent } = block
    if (name === 'row') return cellsOf(text).map(words)
    const isTask = parent?.name === 'item' && parent.children[0] === block && taskOf(parent) !== ''
    return [words(isTask ? text.slice(3) : text), ...(name === 'code' ? lines : []), ...children.flatMap(partsOf)]
  }

  return partsOf(parser.document).join(' ').replace(/\s+/g, ' ').trim()
}
