import { describe, expect, it } from 'vitest'
import {
  keepInside,
  nearestPlace,
  readPlace,
  writePlace,
} from '../../../../src/element/launcher/moving/launcher-place.ts'

const WINDOW = { width: 1000, height: 800 }
const CORNER = 20

describe('where a launcher goes', () => {
  it.each([
    ['the right half goes right', { left: 480, bottom: 400 }, { side: 'right', y: 400 }],
    ['the left half goes left', { left: 460, bottom: 400 }, { side: 'left', y: 400 }],
    ['near the bottom it goes into the corner', { left: 900, bottom: 750 }, { side: 'right', y: 20 }],
    ['near the top too', { left: 0, bottom: 70 }, { side: 'left', y: 724 }],
    ['outside the window comes back in', { left: 2000, bottom: 2000 }, { side: 'right', y: 20 }],
  ] as const)('%s', (_, dropped, place) => {
    expect(nearestPlace(dropped, WINDOW, CORNER)).toEqual(place)
  })

  it('stays whole in a window of any height, and at its bottom in one that is too small', () => {
    expect([keepInside(-5, 800), keepInside(900, 800), keepInside(300, 800), keepInside(300, 40)]).toEqual([
      8, 736, 300, 8,
    ])
  })
})

describe('what is remembered', () => {
  it('is read as it was written', () => {
    const place = { side: 'left', y: 120 } as const
    expect(readPlace(writePlace(place))).toEqual(place)
  })

  it.each([undefined, '', 'left', 'left -5', 'top 5', 'left 5 ', 'left 1e9', '{"side":"left"}'])(
    '%j is no place',
    (text) => {
      expect(readPlace(text)).toBeUndefined()
    },
  )
})
