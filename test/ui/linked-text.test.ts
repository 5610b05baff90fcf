// @vitest-environment happy-dom
import { render } from 'preact'
import { describe, expect, it } from 'vitest'
import { linkedText } from '../../src/ui/linked-text.tsx'

function draw(text: string) {
  const place = document.createElement('p')
  render(linkedText(text), place)
  return { text: place.textContent, links: [...place.querySelectorAll('a')].map(({ href }) => href) }
}

describe("a line of the owner's", () => {
  it.each([
    ['见[隐私政策](https://shop.example/privacy)。', ['https://shop.example/privacy']],
    ['见[隐私政策]（https://shop.example/privacy）。', ['https://shop.example/privacy']],
    ['见[隐私政策](javascript:alert(1))。', []],
  ])('%s has the links %j', (text, links) => {
    expect(draw(text).links).toEqual(links)
  })

  it('keeps the words around a link', () => {
    expect(draw('见[隐私政策]（/privacy）。').text).toBe('见隐私政策。')
  })
})
