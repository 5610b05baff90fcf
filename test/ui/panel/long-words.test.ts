// @vitest-environment happy-dom
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { closeTestPanels, openTestPanel, ready } from '../../support/test-panel.ts'

afterEach(closeTestPanels)

const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(3)

const sheets = readdirSync('src/ui', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.css'))
  .map((name) => `src/ui/${name}`)

/** The rules of all sheets as `[selector, declarations]`; what is around a rule does not matter here. */
const rules = [...sheets, 'src/element/first-frame.css']
  .map((name) => readFileSync(name, 'utf8').replace(/\/\*[\s\S]*?\*\//g, ''))
  .flatMap((css) => [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)])
  .map(([, selector = '', declarations = '']) => [selector, declarations] as const)

it('F105: long words wrap anywhere, in suggestions, greeting and disclaimer alike', async () => {
  const panel = await openTestPanel(ready, { disclaimer: LONG, suggestions: [LONG], greeting: LONG })
  const holding = [...panel.root.querySelectorAll('.panel *')].filter(
    (element) => element.children.length === 0 && element.textContent === LONG,
  )
  expect(holding.map((element) => element.className || element.tagName)).toEqual(
    expect.arrayContaining(['SPAN', 'disclaimer', 'P']),
  )
  // Inherited from the panel, unless something on the way says otherwise.
  expect(
    rules.some(
      ([selector, text]) => /^\s*(@[^;]*;\s*)?\.panel\s*$/.test(selector) && /overflow-wrap: anywhere/.test(text),
    ),
  ).toBe(true)
  const contrary = rules.filter(([, text]) =>
    /white-space: (?:nowrap|pre);|overflow-wrap: (?:normal|break-word)/.test(text),
  )
  expect(contrary.length).toBeGreaterThan(0)
  for (const element of holding) {
    const found = contrary.map(([selector]) => selector.trim()).filter((selector) => element.closest(selector))
    expect([element.className, found]).toEqual([element.className, []])
  }
})
