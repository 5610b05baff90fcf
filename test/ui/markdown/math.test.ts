// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { drawMath } from '../../../src/ui/markdown/math.ts'
import { createView } from './support.ts'

const supports = vi.fn(() => true)
beforeEach(() => vi.stubGlobal('CSS', { supports }))
afterEach(() => {
  vi.unstubAllGlobals()
  supports.mockReturnValue(true)
})

// Those on a line of their own need styles that only browsers have: `browser/content.spec.ts`.
it.each(['$\\pi r^2$', '\\(\\sqrt{x_1}\\)'])('%s becomes MathML', (source) => {
  const place = document.createElement('span')
  place.append(drawMath(source) ?? '')
  const math = place.querySelector('math')
  expect(math?.namespaceURI).toBe('http://www.w3.org/1998/Math/MathML')
})

it.each([
  ['a command that does not exist', '$\\nosuchcommand{x}$'],
  ['a formula that does not end', '$\\frac{a}{$'],
  ['a link', '$\\href{https://evil.example}{x}$'],
  ['a picture', '$\\includegraphics{https://evil.example/x.png}$'],
  ['nothing', '$ $'],
  ['what defines itself for ever', '$\\def\\a{\\a\\a}\\a$'],
  ['what nobody means to be read', `$${'x+'.repeat(4000)}x$`],
])('%s is left as it was written', (_, source) => {
  expect(drawMath(source)).toBeUndefined()
})

it('T45: a formula is drawn without links into the page and without names of its own', () => {
  const made = ['$\\ref{/logout} x$', '$\\eqref{a} x$', '$\\label{composer} x$'].map((source) => {
    const place = document.createElement('div')
    place.append(drawMath(source) ?? '')
    return place
  })
  expect(made.filter((place) => place.querySelector('math')).length).toBeGreaterThan(0)
  expect(made.filter((place) => place.querySelector('[href], [id]'))).toEqual([])
})

it('a browser without MathML shows what was written', () => {
  supports.mockReturnValue(false)
  expect(drawMath('$x$')).toBeUndefined()
})

it('a formula of its own is drawn when it has ended, those within a text with the end of the answer, and none twice', async () => {
  const drawn: string[] = []
  const view = createView({
    async drawMath(source) {
      drawn.push(source)
      const made = document.createElement('b')
      made.textContent = 'drawn'
      return made
    },
  })
  view.update('Let $x$ be\n\n$$\ny\n$$\n\nand $z$', 1, false)
  await Promise.resolve()
  expect(drawn).toEqual(['$$\ny\n$$'])
  view.update('Let $x$ be\n\n$$\ny\n$$\n\nand $z$.', 1, true)
  await Promise.resolve()
  await Promise.resolve()
  expect(drawn).toEqual(['$$\ny\n$$', '$x$', '$z$'])
  expect(view.element.textContent).toBe('Let drawn bedrawnand drawn.')
})

it('whatever is wider than the chat can be reached by keyboard and pushed: code, a table, a formula before and after it is drawn', async () => {
  let draw = (_: Node) => {}
  const view = createView({ drawMath: () => new Promise((resolve) => (draw = resolve)) })
  view.update('```\ncode\n```\n\n| a |\n|---|\n| b |\n\n$$\nx\n$$\n\nend', 1, true)
  const boxes = [...view.element.querySelectorAll<HTMLElement>('.md-scroll, div.md-math')]
  const reachable = () => boxes.map(({ tagName, tabIndex }) => `${tagName} ${tabIndex}`)
  expect(reachable()).toEqual(['PRE 0', 'DIV 0', 'DIV 0'])
  draw(document.createElement('math'))
  await Promise.resolve()
  await Promise.resolve()
  expect(view.element.querySelectorAll('.md-drawn')).toHaveLength(1)
  expect(reachable()).toEqual(['PRE 0', 'DIV 0', 'DIV 0'])
})

it('what could not be drawn, or not loaded, is read as it was written', async () => {
  const view = createView({ drawMath: () => Promise.reject(new Error('not loaded')) })
  view.update('Let $x$ be', 1, true)
  await Promise.resolve()
  await Promise.resolve()
  expect(view.element.textContent).toBe('Let $x$ be')
})
