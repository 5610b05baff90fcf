// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest'
import { createStyleSet } from '../../src/ui/styles.ts'

const shadow = () => document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' })

afterEach(() => document.body.replaceChildren())

it('sheets are constructed, added once, and taken out without touching others', () => {
  const root = shadow()
  const other = new CSSStyleSheet()
  root.adoptedStyleSheets = [other]
  const styles = createStyleSet(root, undefined)
  styles.add('a{color:red}')
  styles.add('a{color:red}')
  styles.add('b{color:red}')
  expect(root.adoptedStyleSheets).toHaveLength(3)
  expect(root.querySelector('style')).toBeNull()
  styles.remove()
  expect(root.adoptedStyleSheets).toEqual([other])
})

it('where sheets cannot be adopted, an element carries the page’s nonce', () => {
  // Any parent without `adoptedStyleSheets`, as older shadow roots are.
  const root = document.body.appendChild(document.createElement('div')) as unknown as ShadowRoot
  const styles = createStyleSet(root, 'n0nce')
  styles.add('a{color:red}')
  const element = root.querySelector('style')
  expect([element?.nonce, element?.textContent]).toEqual(['n0nce', 'a{color:red}'])
  styles.remove()
  expect(root.childElementCount).toBe(0)
})
