// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { closeTestPanels, openTestPanel, ready } from '../../support/test-panel.ts'

afterEach(closeTestPanels)

const linesOf = async (disclaimer: string) => {
  const panel = await openTestPanel(ready, { disclaimer })
  const line = panel.find('.disclaimer')
  const links = [...line.querySelectorAll('a')]
  return { text: line.textContent, links: links.map((link) => [link.textContent, link.getAttribute('href'), link.rel]) }
}

describe('the line under the field', () => {
  it('has links as in Markdown, and none that runs a script', async () => {
    expect(await linesOf('Made by AI. [How?](https://shop.example/ai) [Mail](mailto:a@shop.example)')).toEqual({
      text: 'Made by AI. How? Mail',
      links: [
        ['How?', 'https://shop.example/ai', 'noopener noreferrer'],
        ['Mail', 'mailto:a@shop.example', 'noopener noreferrer'],
      ],
    })
    expect(await linesOf('[x](javascript:alert`1`) [y](data:text/html,1) [z](vbscript:1)')).toEqual({
      text: 'x y z',
      links: [],
    })
  })

  it('leads to addresses of the page, and is what it is where there are no links', async () => {
    const { links } = await linesOf('[Terms](/terms)')
    expect(links[0]?.[1]).toBe(new URL('/terms', document.baseURI).href)
    expect(await linesOf('Plain [brackets] (and more)')).toEqual({ text: 'Plain [brackets] (and more)', links: [] })
  })
})
