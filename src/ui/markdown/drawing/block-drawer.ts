/** Draws blocks, and the blocks within them, into their elements. Those that are final are passed over. */
import type { Block } from '../blocks/block.ts'
import { takeDefinitions } from '../blocks/definitions.ts'
import { directionOf } from '../blocks/direction.ts'
import { isTableHeader } from '../inline/unfinished.ts'
import { type BlockElementMaker, detailOf, taskOf } from './block-elements.ts'
import { createDrawn, type Drawn, forgetDrawn } from './drawn.ts'
import type { InlineDrawer } from './inline-drawer.ts'
import { type DrawRow, tableOf } from './table-drawer.ts'
import type { DrawVerbatim } from './verbatim-drawer.ts'
import type { WordsDrawer } from './words-drawer.ts'

export interface BlockDrawerOptions {
  elements: BlockElementMaker
  inlines: InlineDrawer
  words: WordsDrawer
  drawRow: DrawRow
  drawVerbatim: DrawVerbatim
  /** The block at the end of an answer that goes on. */
  tail(): Block | undefined
}

/** Draws the children of a block. @param shows which of them; by default all that belong to the text itself */
export type DrawChildren = (drawn: Drawn, block: Block, shows?: (child: Block) => boolean) => void

export function createBlockDrawer(options: BlockDrawerOptions): DrawChildren {
  const { elements, inlines, words, drawRow, drawVerbatim, tail } = options

  function drawChildren(drawn: Drawn, block: Block, shows: (child: Block) => boolean = isDrawn): void {
    const nested = (drawn.nested ??= { finalChildren: 0, finalKids: 0 })
    let count = nested.finalKids
    let isFinal = true
    const { children } = block
    for (let index = nested.finalChildren; index < children.length; index++) {
      const child = children[index]
      if (!child) break
      if (shows(child)) drawBlock(drawn, count++, child)
      isFinal &&= child.final
      if (!isFinal) continue
      nested.finalChildren = index + 1
      nested.finalKids = count
    }
    dropRest(drawn, count)
  }

  function drawBlock(parent: Drawn, index: number, block: Block): void {
    if (drawTableHeader(parent, index, block)) return
    const detail = detailOf(block)
    const drawn = claim(parent, index, block, detail)
    try {
      drawContent(drawn, block, detail)
    } catch {
      // Whatever is wrong with it: it costs this block its looks, and nothing else.
      forgetDrawn(drawn)
      drawn.slot.textContent = block.text || block.lines.join('\n')
    }
  }

  /** What is drawn at `index` if it has this key, or else a new element in its place. */
  function claim(parent: Drawn, index: number, block: Block, detail: string): Drawn {
    const key = `${block.name} ${detail}`
    const old = parent.kids[index]
    if (old?.key === key) return old
    const drawn = createDrawn(key, ...elements.elementsOf(block, detail))
    if (block.name === 'note') inlines.defineNote(detail, drawn.element)
    if (old) old.element.replaceWith(drawn.element)
    else parent.slot.append(drawn.element)
    parent.kids[index] = drawn
    return drawn
  }

  function drawContent(drawn: Drawn, block: Block, detail: string): void {
    switch (block.name) {
      case 'rule':
        return
      case 'code':
      case 'formula':
        drawVerbatim(drawn, block, detail)
        return
      case 'row': {
        const isTail = tail() !== undefined && !block.final
        drawRow(drawn, block, block.parent?.facts.columns ?? [], detail === 'head', isTail)
        return
      }
      case 'paragraph':
      case 'heading':
        words.draw(drawn, wordsOf(block), block === tail())
        return
      default:
        drawChildren(drawn, block)
        if (block.name === 'item' || block.name === 'note') return
        setDirection(drawn.element, directionOf(block))
        if (block.name === 'list') drawn.element.toggleAttribute('data-loose', block.loose)
    }
  }

  /** A paragraph that is about to become a table. */
  function drawTableHeader(parent: Drawn, index: number, block: Block): boolean {
    if (block !== tail() || !isTableHeader(block.text)) return false
    const { table, head, columns } = tableOf(block)
    const drawn = claim(parent, index, table, detailOf(table))
    drawRow(claim(drawn, 0, head, 'head'), head, columns, true, false)
    setDirection(drawn.element, directionOf(head))
    dropRest(drawn, 1)
    return true
  }

  return drawChildren
}

function dropRest(parent: Drawn, count: number): void {
  for (const gone of parent.kids.splice(count)) gone.element.remove()
}

/** Definitions are not drawn, and footnotes elsewhere. */
function isDrawn(block: Block): boolean {
  if (block.name === 'note') return false
  if (block.name !== 'paragraph') return true
  return block.text !== '' && (!block.open || !block.mayDefine || takeDefinitions(block.text).rest !== '')
}

/** The mark of a task is its box. */
function wordsOf(block: Block): string {
  const isTask = block.parent?.name === 'item' && block.parent.children[0] === block && taskOf(block.parent) !== ''
  return isTask ? block.text.slice(3) : block.text
}

function setDirection(target: HTMLElement, direction: string): void {
  if (!direction) target.removeAttribute('dir')
  else if (target.dir !== direction) target.dir = direction
}
