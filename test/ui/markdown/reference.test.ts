import { describe, expect, it } from 'vitest'
import fc from '../../support/fast-check.ts'
import { ourStructure, referenceStructure } from './reference.ts'

const SEED = 20_261
const RUNS = 10_000
const LIMIT_MS = 120_000

const margins = [
  '- ',
  '-   ',
  '* ',
  '+ ',
  '1. ',
  '1.  ',
  '2. ',
  '3) ',
  '10. ',
  '> ',
  '>',
  ' ',
  '  ',
  '   ',
  '    ',
  '      ',
  '\t',
]
const words = [
  'a',
  'b c',
  'word',
  'two  words',
  '*a*',
  '**b**',
  '`c`',
  '_d_',
  '中文',
  '5',
  '[a]',
  '[b][a]',
  '[a]: tel:1',
]
const others = [
  '',
  '',
  '```',
  '```js',
  '~~~',
  '````',
  '---',
  '***',
  '- - -',
  '===',
  '-',
  '*',
  '1.',
  '# ',
  '## a',
  '#',
  '## a ##',
  '# a#',
]
const line = fc
  .tuple(
    fc.array(fc.constantFrom(...margins), { maxLength: 3 }),
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...words) },
      fc.constantFrom(...others, 'a  ', 'a\\', '\\# a', '\\- a'),
    ),
  )
  .map(([before, after]) => before.join('') + after)
const blocks = fc.array(line, { minLength: 1, maxLength: 10 }).map((lines) => lines.join('\n'))

const marks = ['*', '*', '**', '***', '_', '__', '`', '``', '[', ']', '![', '](tel:1)', '](<tel:45> "t")', '](']
const between = [
  ' ',
  ' ',
  'a',
  'b',
  '.',
  ',',
  '"',
  '(',
  ')',
  '!',
  '\\*',
  '\\`',
  '\n',
  '  \n',
  '&amp;',
  '&lt;',
  '<tel:6>',
  '<br',
  '[a]',
]
const inlines = fc
  .array(fc.constantFrom(...marks, ...between), { minLength: 1, maxLength: 24 })
  .map((pieces) => `x${pieces.join('')}`)
const definition = '\n\n[a]: tel:3'

/** Words alone: beside punctuation Chinese differs on purpose, see below. */
const chinese = fc
  .array(fc.constantFrom('*', '**', '***', ' ', '重', '点', '中文', 'かな', '한글', 'a', '\n'), {
    minLength: 1,
    maxLength: 20,
  })
  .map((pieces) => `x${pieces.join('')}`)

const FOUND: readonly (readonly [what: string, markdown: string])[] = [
  ['an item after a list that stands too far out to be within the first', '1. A\n  - a\n2. B'],
  ['another list right after a bullet', '+ a\n3) *'],
  ['an empty item of another kind', '1.  中文\n-'],
  ['a number that no longer interrupts, because its paragraph is in a quote', '>b c\n10. ---'],
  ['a tab that is partly a margin', '>\t\t~~~'],
  ['an item that begins with blanks alone', '1.        \nb c'],
  ['code in an item behind a tab', '-   1.  \tb c'],
  ['a lazy line below two quotes', '> > a\nb\n> c'],
  ['a definition before an underline', '[a]: tel:1\n===\n[a]'],
  ['a list that a gap makes loose, around one that is tight', '- a\n  - b\n  - c\n\n- d'],
]

describe('F99: an answer has the structure that CommonMark’s reference gives it', () => {
  it.each(FOUND)('%s', (_, markdown) => {
    expect(ourStructure(markdown)).toBe(referenceStructure(markdown))
  })

  it.each([
    ['lists, quotes, fences, headings, rules and definitions within each other', blocks, ''],
    ['emphasis, code, links, pictures, references, escapes and breaks', inlines, definition],
    ['emphasis beside Chinese, Japanese and Korean', chinese, ''],
  ] as const)(
    '%s, of 10,000 answers each',
    (_, answers, end) => {
      fc.assert(
        fc.property(answers, (markdown) => {
          expect(ourStructure(markdown + end)).toBe(referenceStructure(markdown + end))
        }),
        { numRuns: RUNS, seed: SEED },
      )
    },
    LIMIT_MS,
  )

  it(
    'streamed as whole: the same, wherever 10,000 answers were cut',
    () => {
      const cut = blocks.chain((text) =>
        fc.tuple(fc.constant(text), fc.array(fc.nat(text.length), { minLength: 1, maxLength: 12 })),
      )
      fc.assert(
        fc.property(cut, ([markdown, cuts]) => {
          expect(ourStructure(markdown, cuts)).toBe(ourStructure(markdown))
        }),
        { numRuns: RUNS, seed: SEED },
      )
    },
    LIMIT_MS,
  )

  it('but for this, on purpose: emphasis that ends with a Chinese mark ends there, as its writers mean it', () => {
    expect(referenceStructure('**重点：**后文')).toContain('**重点：**后文')
    expect(ourStructure('**重点：**后文')).toBe('<p><strong>"重点："</>"后文"</>')
  })
})
