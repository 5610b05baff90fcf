// @vitest-environment happy-dom

import { describe, expect, it } from 'vitest'
import fc from '../../support/fast-check.ts'
import { createView, drawStreamed, drawWhole, nodesOf } from './support.ts'

/** Everything that means something somewhere in Markdown, and what it meets in life. */
const PIECES = [
  ...'*_~`[]()<>!|#-+=:$\\&@.1 \n\t',
  ...[
    '\n',
    '\n\n',
    '\n    ',
    '\n  ',
    '  \n',
    '**',
    '***',
    '__',
    '~~',
    '```\n',
    '```js\n',
    '~~~\n',
    '> ',
    '- ',
    '* ',
    '1. ',
    '2) ',
  ],
  ...[
    '- [ ] ',
    '- [x] ',
    '| a | b |\n',
    '|---|:-:|\n',
    '| 1 | 2 |\n',
    '---\n',
    '===\n',
    '# ',
    '## ',
    '](https://x.example/a)',
  ],
  ...[
    '](',
    '![',
    '[^n]',
    '[^n]: ',
    '[r]',
    '[r]: https://r.example\n',
    '[t][r]',
    'https://a.example/b_c',
    'www.b.example',
    'me@c.example',
  ],
  ...[
    '<br>',
    '<b>',
    '&amp;',
    '&#x41;',
    '$$',
    '\\(',
    '\\)',
    '\r\n',
    '重点',
    '：',
    '。',
    '「',
    '」',
    '😀',
    'word',
    'two words',
    'a',
    'b',
  ],
]
const markdown = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(''))
const LONG = 'A **long** line with `code`, a [link](https://x.example) and 中文，没有空格的句子。'.repeat(60)

/** Of a test with many cases. */
const LIMIT_MS = 240_000

function cutsOf(text: string) {
  return fc.array(fc.nat(text.length), { maxLength: 12 })
}

describe('a streamed answer', () => {
  it(
    'ends as the same nodes as the whole text, however it was cut',
    () => {
      fc.assert(
        fc.property(
          markdown.chain((text) => fc.tuple(fc.constant(text), cutsOf(text))),
          ([text, cuts]) => {
            expect(nodesOf(drawStreamed(text, cuts).element)).toBe(nodesOf(drawWhole(text).element))
          },
        ),
        { numRuns: 10_000 },
      )
    },
    LIMIT_MS,
  )

  it(
    'ends as the same nodes when every character comes alone',
    () => {
      fc.assert(
        fc.property(markdown, (text) => {
          const cuts = Array.from(text, (_, index) => index)
          expect(nodesOf(drawStreamed(text, cuts).element)).toBe(nodesOf(drawWhole(text).element))
        }),
        { numRuns: 1000 },
      )
    },
    LIMIT_MS,
  )

  it.each([
    ['paragraph', LONG],
    ['paragraph after text', `intro\n${LONG}\n| a | b |\n|---|---|\n| 1 | 2 |`],
    ['fence', `\`\`\`js\n${LONG}\n\`\`\`\nafter ${LONG}`],
    ['list item', `- ${LONG}\n- [r][l] ${LONG}\n\n[l]: https://x.example`],
    ['unclosed emphasis', `*open ${LONG.replaceAll('*', '')} [ unclosed ${LONG}`],
  ])(
    'ends as the same nodes when a line is very long: %s',
    (_, text) => {
      const whole = nodesOf(drawWhole(text).element)
      fc.assert(
        fc.property(fc.array(fc.nat(text.length), { minLength: 5, maxLength: 60 }), (cuts) => {
          expect(nodesOf(drawStreamed(text, cuts).element)).toBe(whole)
        }),
        { numRuns: 40 },
      )
    },
    LIMIT_MS,
  )

  it.each([
    ['footnote', '[^n]: a\n\n\n    goes on\n\n    > and on\n\nafter[^n]'],
    ['list item', '- a\n\n  goes on\n\n- b\n\n      code\n\n\n      more\n\nafter'],
    ['quote', '> a\n>\n> - b\n>\n>   c\nlazy\n\n> d'],
    ['table', 'a\n\n> | a | b |\n> |---|---|\n> | 1 | 2 |\n> | 3 |\n\nafter'],
  ])('ends as the same nodes when a block goes on line by line: %s', (_, text) => {
    const cuts = Array.from(text, (_, index) => index)
    expect(nodesOf(drawStreamed(text, cuts).element)).toBe(nodesOf(drawWhole(text).element))
  })

  it('leaves finished blocks, and the beginning of the growing one, in place', () => {
    const view = createView()
    view.update('# One\n\n- a\n- b **c** d', 1, false)
    const before = [...view.element.querySelectorAll('h1, li, strong')]
    view.update('# One\n\n- a\n- b **c** d and more\n- e\n\nText', 1, false)
    expect([...view.element.querySelectorAll('h1, li, strong')].slice(0, before.length)).toEqual(before)
    expect(before.every((element) => view.element.contains(element))).toBe(true)
  })

  it('goes on after a picture that was shown and a reference that was defined meanwhile', () => {
    const view = createView()
    const words = 'many words follow here. '.repeat(100)
    document.body.append(view.element)
    view.update(`[^n]: note\n\n${words}![a](https://x.example/a.png) ${words}`, 1, false)
    view.element.querySelector<HTMLElement>('.md-image-wait')?.click()
    view.update(`[^n]: note\n\n${words}![a](https://x.example/a.png) ${words}and **more**`, 1, false)
    expect(view.element.querySelector('.md-body')?.textContent).toBe(`${words} ${words}and more`)
    expect(view.element.querySelectorAll('img').length).toBe(1)
  })

  it('begins anew when the revision changes', () => {
    const view = createView()
    view.update('# One', 1, true)
    view.update('Two', 2, true)
    expect(nodesOf(view.element)).toBe(nodesOf(drawWhole('Two').element))
  })

  it.each([
    ['emphasis', 'A **bold wo', '<strong>bold wo</strong>'],
    ['half a closing mark', 'A **bold*', '<strong>bold</strong>'],
    ['emphasis in emphasis', 'A **bold *word', '<strong>bold <em>word</em></strong>'],
    ['code', 'A `let x', '<code>let x</code>'],
    ['code in emphasis', 'A **bold `let x', '<strong>bold <code>let x</code></strong>'],
    ['half an image', 'See ![chart](https://exa', '<p>See</p>'],
    ['half a link', 'See [the docs](https://exa', 'See the docs'],
    ['a mark alone', 'A list:\n\n-', 'A list:'],
    ['a heading before its underline', 'A list:\n-', '<p>A list:</p>'],
    ['the header of a table', '| a | b |', '<th>a</th><th>b</th>'],
    ['the rule below the header', '| a | b |\n|--', '<th>a</th><th>b</th>'],
  ])('shows calmly what is half written: %s', (_, text, html) => {
    const view = createView()
    view.update(text, 1, false)
    expect(view.element.innerHTML).toContain(html)
    expect(view.element.textContent).not.toMatch(/[*`[\]|]|https|-$/)
  })
})
