/** One scale for space, one for letters, one for corners: `src/ui/theme/tokens.css`. No sheet of the panel has a measure of its own. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('../../../src/ui', import.meta.url))
const sheets = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.css') && !name.endsWith('tokens.css') && !name.endsWith('math.css'))
  .map((name) => ({ name, css: readFileSync(join(folder, name), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '') }))

interface Declaration {
  readonly sheet: string
  readonly property: string
  readonly value: string
}

const declarations = (properties: RegExp): Declaration[] =>
  sheets.flatMap(({ name, css }) =>
    [...css.matchAll(/([\w-]+):\s*([^;{}]+);/g)]
      .map(([, property = '', value = '']) => ({ sheet: name, property, value }))
      .filter(({ property }) => properties.test(property)),
  )

/** In an answer letters and their corners are in proportion to its own. The lightbox lies over the page, outside of the panel and its properties. */
const inPanel = ({ sheet }: Declaration) => !sheet.endsWith('lightbox.css')
const pixels = (value: string) =>
  [...value.matchAll(/(?<![\w.-])-?(\d+(?:\.\d+)?)px/g)].map(([, number]) => Number(number))

/** Half a unit, one, one and a half, two, and so on; one pixel less where a line of one pixel stands beside it. */
const SPACES = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 16, 20, 24]
/** Room for rows of buttons, which is as high as they are. */
const ROWS = [40, 48]

describe('the sheets of the panel', () => {
  it('are read', () => expect(sheets.length).toBeGreaterThan(20))

  it('have no letters of a size of their own, but for fields under a finger, where iOS zooms in below 16 pixels', () => {
    const own = declarations(/^font-size$/)
      .filter(inPanel)
      .filter(({ value }) => !/^(var\(|inherit|16px|[\d.]+em$)/.test(value))
    expect(own).toEqual([])
  })

  it('have no corners of their own, but for round ones and for details of a few pixels', () => {
    const own = declarations(/radius$/)
      .filter(inPanel)
      .filter(({ value }) => !/^(calc\(|var\(|50%|0$|[1-4]px$|22px$|[\d.]+em$)/.test(value))
    expect(own).toEqual([])
  })

  it('keep their distances to the scale', () => {
    const own = declarations(/^(gap|padding|margin)/)
      .map((declaration) => ({
        ...declaration,
        odd: pixels(declaration.value).filter((each) => each && ![...SPACES, ...ROWS].includes(each)),
      }))
      .filter(({ odd }) => odd.length > 0)
    expect(own).toEqual([])
  })
})
