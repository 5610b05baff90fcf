// @vitest-environment happy-dom

import { describe, expect, it } from 'vitest'
import { isPlain, paragraphsOf } from '../../../src/ui/messages/plain-text.ts'
import fc from '../../support/fast-check.ts'
import { drawWhole } from '../markdown/support.ts'

describe('a text that is taken for plain', () => {
  const pieces = [
    ...'*_~`[]()<>!|#-+=:$\\&@.1 \n\t',
    ...[
      '\n\n',
      '\n  ',
      '  \n',
      '\n    ',
      '1. ',
      '2) ',
      '- ',
      '> ',
      '# ',
      'https://a.example',
      'www.b.example',
      '&amp;',
    ],
    ...[
      'word',
      'two words',
      'Yes, of course.',
      '重点',
      '：',
      '。',
      '😀',
      '5 - 3',
      '3.14',
      '(really)',
      'well-known',
      '\r\n',
    ],
  ]

  it('reads the same as the Markdown view would draw it: paragraphs of words and nothing else', () => {
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''))
    const words = (text: string) =>
      text
        .replace(/[ \r]+/g, ' ')
        .replace(/ ?\n ?/g, '\n')
        .trim()
    let taken = 0
    fc.assert(
      fc.property(texts, (text) => {
        if (!isPlain(text)) return
        taken++
        const body = drawWhole(text).element.querySelector('.md-body')
        for (const line of body?.querySelectorAll('br') ?? []) line.replaceWith('\n')
        const drawn = [...(body?.children ?? [])].map((child) => [child.tagName, words(child.textContent ?? '')])
        const plain = paragraphsOf(text).filter((paragraph) => paragraph.trim())
        expect(drawn).toEqual(plain.map((paragraph) => ['P', words(paragraph)]))
      }),
      { numRuns: 20_000 },
    )
    expect(taken).toBeGreaterThan(500)
  })
})

describe('what short answers are made of', () => {
  it.each([
    'Yes, of course.',
    'It costs 12.50, and 3-5 days are usual (weekends not counted).',
    'First paragraph.\n\nSecond paragraph!',
    '你好，张三！你今年25岁。',
    'مرحبا، كيف حالك؟',
    '1984 was the year. 2024 as well.',
  ])('is plain: %s', (text) => {
    expect(isPlain(text)).toBe(true)
  })

  it.each([
    '**bold**',
    'a `code`',
    '- one',
    'Steps:\n1. one',
    '# Title',
    'Title\n===',
    'a\n\n---\n\nb',
    '> quote',
    '| a | b |',
    'see https://x.example',
    'www.x.example',
    'me@x.example',
    '![cat](https://x.example/c.png)',
    '$x$',
    '&copy;',
    'a\\\nb',
    '    code',
    'long '.repeat(1000),
  ])('is not plain: %s', (text) => {
    expect(isPlain(text)).toBe(false)
  })
})
