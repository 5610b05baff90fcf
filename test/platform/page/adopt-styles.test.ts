// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest'
import { adoptStyles } from '../../../src/platform/page/adopt-styles.ts'

afterEach(() => document.body.replaceChildren())

it('sheets are constructed and stand behind those that are there', () => {
  const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' })
  const other = new CSSStyleSheet()
  root.adoptedStyleSheets = [other]
  adoptStyles(root, 'a{color:red}', undefined)
  expect(root.adoptedStyleSheets).toHaveLength(2)
  expect(root.adoptedStyleSheets[0]).toBe(other)
  expect(root.querySelector('style')).toBeNull()
})

it('where sheets cannot be adopted, an element carries the page’s nonce', () => {
  // Any parent without `adoptedStyleSheets`, as older shadow roots are.
  const root = document.body.appendChild(document.createElement('div')) as unknown as ShadowRoot
  adoptStyles(root, 'a{color:red}', 'n0nce')
  const element = root.querySelector('style')
  expect([element?.nonce, element?.textContent]).toEqual(['n0nce', 'a{color:red}'])
})
