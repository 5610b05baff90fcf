// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseInline } from '../../../src/ui/markdown/inline/inline-parser.ts'
import type { MarkdownView } from '../../../src/ui/markdown/markdown-view.ts'
import { createView, drawWhole, nodesOf } from './support.ts'

vi.mock('../../../src/ui/markdown/inline/inline-parser.ts', { spy: true })

/**
 * Characters that were read for what is inside blocks, nodes that were made, and characters of the paragraphs in which a text was changed
 * in place, since the last look: for each such change Chromium reads the whole paragraph.
 */
function countWork() {
  const made = { nodes: 0, around: 0 }
  for (const name of ['appendData', 'deleteData', 'replaceData'] as const) {
    const change = CharacterData.prototype[name] as (...given: never[]) => void
    vi.spyOn(CharacterData.prototype, name).mockImplementation(function (this: CharacterData, ...given: unknown[]) {
      made.around += this.parentElement?.closest('p')?.textContent.length ?? 0
      change.apply(this, given as never[])
    })
  }
  for (const name of ['createTextNode', 'createElement'] as const) {
    const make = document[name].bind(document) as (text: string) => never
    vi.spyOn(document, name).mockImplementation((text: string) => {
      made.nodes++
      return make(text)
    })
  }
  return () => {
    const read = vi.mocked(parseInline).mock.calls.reduce((sum, [text, , from = 0]) => sum + text.length - from, 0)
    vi.mocked(parseInline).mockClear()
    const { nodes, around } = made
    made.nodes = made.around = 0
    return { read, nodes, around }
  }
}

const fill = (length: number, part: (index: number) => string, start = '') => {
  let text = start
  for (let index = 1; text.length < length; index++) text += part(index)
  return text
}

/** One block that grows, of so many characters. */
const GROWING: readonly (readonly [name: string, make: (length: number) => string])[] = [
  [
    'a paragraph of one line',
    (length) =>
      fill(length, (index) => `Sentence ${index} with **bold**, \`code\` and a [link](https://x.example/${index}). `),
  ],
  ['a paragraph of many lines', (length) => fill(length, (index) => `line ${index} with *words* and 5 * ${index}\n`)],
  [
    'a Chinese paragraph without a space',
    (length) => fill(length, (index) => `第${index}句没有空格的话，**重点：**后文。`),
  ],
  [
    'a table',
    (length) => fill(length, (index) => `| ${index} | cell with **bold** | more |\n`, '| a | b | c |\n|---|---|---|\n'),
  ],
  ['code in a fence', (length) => fill(length, (index) => `const value${index} = compute(${index})\n`, '```js\n')],
  ['a list', (length) => fill(length, (index) => `- item ${index} with **bold** and \`code\`\n`)],
  ['a list in a quote', (length) => fill(length, (index) => `> 1. item ${index}\n>    - within\n`)],
  ['paragraphs', (length) => fill(length, (index) => `Paragraph ${index} with [a reference][r].\n\n`)],
]
const PIECE = 100

function stream(text: string): MarkdownView {
  const view = createView()
  for (let at = PIECE; at < text.length; at += PIECE) view.update(text.slice(0, at), 1, false)
  view.update(text, 1, true)
  return view
}

describe('a block that grows', () => {
  let look: ReturnType<typeof countWork>
  beforeEach(() => {
    look = countWork()
  })
  afterEach(() => vi.restoreAllMocks())

  it.each(GROWING)(
    'costs twice the work when it is twice as long, and not more: %s',
    (_, make) => {
      look()
      stream(make(25_000))
      const small = look()
      stream(make(50_000))
      const large = look()
      expect(large.read / Math.max(1, small.read)).toBeLessThan(2.2)
      expect(large.nodes / Math.max(1, small.nodes)).toBeLessThan(2.2)
      expect(large.around / Math.max(1, small.around)).toBeLessThan(2.2)
    },
    60_000,
  )

  it.each(GROWING)(
    'ends as the same nodes as the whole, long as it is: %s',
    (_, make) => {
      const text = make(20_000)
      expect(nodesOf(stream(text).element)).toBe(nodesOf(drawWhole(text).element))
    },
    60_000,
  )

  it.each([
    ['a star', '*never closed '],
    ['a bracket', '[never closed '],
    ['a backtick', '`never closed '],
    ['a dollar', '$never closed '],
  ])('does not read what is far behind again, although %s was never closed', (_, begin) => {
    const long = begin + fill(40_000, (index) => `words ${index} and more. `)
    const view = createView()
    view.update(long.slice(0, 30_000), 1, false)
    look()
    for (let at = 30_000; at < 31_000; at += PIECE) view.update(long.slice(0, at), 1, false)
    expect(look().read / 10).toBeLessThan(12_000)
  })

  it('many definitions in a row are drawn again once and not once each, although they looked like words until then', () => {
    const text = Array.from({ length: 100 }, (_, i) => `[${i}]: https://x.example/${i}`).join('\n')
    look()
    stream(text)
    expect(look().read).toBeLessThan((text.length / PIECE + 2) * text.length)
  })

  it('finished rows and lines are the same nodes as before', () => {
    const table = createView()
    table.update('| a | b |\n|---|---|\n| 1 | 2 |\n| 3 |', 1, false)
    const rows = [...table.element.querySelectorAll('tr')].slice(0, 2)
    table.update('| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |\n', 1, false)
    expect([...table.element.querySelectorAll('tr')].slice(0, 2)).toEqual(rows)
    expect(rows.every((row) => table.element.contains(row))).toBe(true)
  })
})

describe('F98: what cannot be drawn', () => {
  it('costs itself alone: a link that makes the browser throw is text, and the answer goes on', () => {
    const make = document.createElement.bind(document)
    vi.spyOn(document, 'createElement').mockImplementation((tag: string) => {
      if (tag === 'a') throw new TypeError('URL.canParse is not a function')
      return make(tag)
    })
    const { element } = drawWhole('Before [the guide](https://x.example) **after**\n\n- more')
    vi.restoreAllMocks()
    expect(element.querySelector('p')?.textContent).toBe('Before the guide after')
    expect([...element.querySelectorAll('strong, li')].map(({ textContent }) => textContent)).toEqual(['after', 'more'])
  })

  it('costs its block alone where it is a whole block', () => {
    const make = document.createElement.bind(document)
    vi.spyOn(document, 'createElement').mockImplementation((tag: string) => {
      if (tag === 'td') throw new Error('no cell')
      return make(tag)
    })
    const { element } = drawWhole('# One\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nafter')
    vi.restoreAllMocks()
    expect(element.querySelector('h1')?.textContent).toBe('One')
    expect(element.querySelector('p')?.textContent).toBe('after')
    expect(element.textContent).toContain('1 | 2')
  })

  it('is shown as it was written where nothing of it can be read', () => {
    vi.mocked(parseInline).mockImplementation(() => {
      throw new SyntaxError('Invalid regular expression')
    })
    const view = createView()
    view.update('Some **words', 1, false)
    view.update('Some **words** here', 1, true)
    vi.restoreAllMocks()
    expect(view.element.textContent).toContain('Some **words** here')
  })
})
