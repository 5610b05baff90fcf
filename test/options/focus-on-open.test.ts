import { afterEach, expect, it, vi } from 'vitest'
import { openingFocus } from '../../src/options/focus-on-open.ts'
import type { ChatWidgetOptions } from '../../src/options/widget-options.ts'

afterEach(() => vi.unstubAllGlobals())

it.each<[ChatWidgetOptions['focusOnOpen'], 'mouse' | 'touch screen', 'field' | 'panel']>([
  [undefined, 'mouse', 'field'],
  [undefined, 'touch screen', 'panel'],
  ['auto', 'mouse', 'field'],
  ['auto', 'touch screen', 'panel'],
  ['always', 'mouse', 'field'],
  ['always', 'touch screen', 'field'],
  ['never', 'mouse', 'panel'],
  ['never', 'touch screen', 'panel'],
])('focusOnOpen: %s, with a %s: the focus goes into the %s', (focusOnOpen, device, place) => {
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: query === '(hover)' && device === 'mouse' }))
  expect(openingFocus(focusOnOpen ? { focusOnOpen } : {})).toBe(place)
})
