import temml from 'temml'
import { describe, expect, it } from 'vitest'
import { isOversized } from '../../../src/ui/markdown/formula-size.ts'

const mathMl = (formula: string) => temml.renderToString(formula, { maxSize: [20, 100] })

describe('a formula', () => {
  it.each([
    ['rows as high as a browser can draw', '\\def\\arraystretch{1e9}\\begin{matrix}a\\\\b\\end{matrix}'],
    ['rows whose height is written shortly', '\\def\\arraystretch{1e30}\\begin{matrix}a\\\\b\\end{matrix}'],
    ['a step aside over whatever stands there', '\\kern-100em x'],
  ])('F98: is too large with %s', (_, formula) => {
    expect(isOversized(mathMl(formula))).toBe(true)
  })

  it.each([
    '\\frac{1}{\\sqrt{2}}',
    '\\def\\arraystretch{1.5}\\begin{matrix}a\\\\b\\end{matrix}',
    '\\text{100em}',
    '\\Huge x',
    '\\hspace{10em}y',
  ])('is not too large: %s', (formula) => {
    expect(isOversized(mathMl(formula))).toBe(false)
  })
})
