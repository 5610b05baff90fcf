/** The elements of an answer's blocks. */
import type { Block } from '../blocks/block.ts'
import type { MarkdownViewOptions } from '../markdown-view-options.ts'
import { createCodeBoxes } from './code-box.ts'
import { createElementMaker, type ElementMaker } from './element-maker.ts'

/** The outer element of a block and the one that takes its content. */
export type BlockElements = readonly [outer: HTMLElement, slot?: HTMLElement]

export interface BlockElementMaker extends ElementMaker {
  /** @param detail see {@link detailOf} */
  elementsOf(block: Block, detail: string): BlockElements
}

/** The box of a task, or an empty text for an item that is none. */
export function taskOf(item: Block): '' | 'open' | 'done' {
  const first = item.children[0]
  const box = first?.name === 'paragraph' ? /^\[([ xX])\][ \t]/.exec(first.text) : null
  return box ? (box[1] === ' ' ? 'open' : 'done') : ''
}

/** What makes two blocks of a kind so different that one can't become the other. */
export function detailOf(block: Block): string {
  const { name, facts } = block
  switch (name) {
    case 'heading':
      return `${facts.level}`
    case 'list':
      return facts.start === undefined ? '' : `${facts.start}`
    case 'item':
      return taskOf(block)
    case 'code':
      return facts.info?.split(/\s/)[0] ?? ''
    case 'table':
      return facts.alignment ?? ''
    case 'note':
      return facts.label ?? ''
    case 'row':
      return block.parent?.children[0] === block ? 'head' : ''
    default:
      return ''
  }
}

/** @param view the element of the whole answer */
export function createBlockElements(options: MarkdownViewOptions, view: () => HTMLElement): BlockElementMaker {
  const { document, strings } = options
  const maker = createElementMaker(document)
  const { create, createButton, createScroller } = maker
  const createCode = createCodeBoxes(options, maker)

  function createNote(label: string): BlockElements {
    const note = create('div', 'md-note')
    const name = create('span', 'md-note-label')
    const slot = create('div')
    const back = createButton('md-note-back', '↩', () => {
      const marks = [...view().querySelectorAll<HTMLElement>('.md-note-mark')]
      const mark = marks.find((candidate) => candidate.textContent === label)
      mark?.scrollIntoView({ block: 'nearest' })
      mark?.focus({ preventScroll: true })
    })
    name.textContent = label
    back.setAttribute('aria-label', strings.backToText)
    note.tabIndex = -1
    note.append(name, slot, back)
    return [note, slot]
  }

  function createList(start: string): BlockElements {
    if (!start) return [create('ul')]
    const list = create('ol')
    if (start !== '1') list.setAttribute('start', start)
    return [list]
  }

  function createItem(task: string): BlockElements {
    const item = create('li', task && 'md-task')
    if (!task) return [item]
    const box = create('input')
    const slot = create('div')
    box.type = 'checkbox'
    box.disabled = true
    box.defaultChecked = task === 'done'
    box.setAttribute('aria-label', box.defaultChecked ? strings.taskDone : strings.taskOpen)
    item.append(box, slot)
    return [item, slot]
  }

  function createTable(): BlockElements {
    const table = create('table')
    return [createScroller('div', strings.table, table), table]
  }

  function createRow(isHead: boolean): BlockElements {
    const row = create('tr')
    if (!isHead) return [row]
    const head = create('thead')
    head.append(row)
    return [head, row]
  }

  return {
    ...maker,
    elementsOf(block, detail) {
      switch (block.name) {
        case 'heading':
          return [create(`h${detail}` as 'h1')]
        case 'quote':
          return [create('blockquote')]
        case 'list':
          return createList(detail)
        case 'item':
          return createItem(detail)
        case 'code':
          return createCode(detail)
        case 'formula':
          // Where it is too wide it scrolls, also before it is drawn, and a keyboard must be able to reach it.
          return [Object.assign(create('div', 'md-math'), { tabIndex: 0 })]
        case 'table':
          return createTable()
        case 'row':
          return createRow(detail === 'head')
        case 'rule':
          return [create('hr')]
        case 'note':
          return createNote(detail)
        default:
          return [create('p')]
      }
    },
  }
}
