import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const sheet = readFileSync(fileURLToPath(new URL('../../../src/element/element.css', import.meta.url)), 'utf8')

type Six = [number, number, number, number, number, number]

interface Ellipse {
  readonly centre: readonly [number, number]
  readonly radii: readonly [number, number]
}

/** Of a large arc that begins where the path is: the centre is at equal distance from both ends, on the arc's side. */
function ellipse(fromX: number, fromY: number, radiusX: number, radiusY: number, toX: number, toY: number): Ellipse {
  const [x1, y1, x2, y2] = [fromX / radiusX, fromY / radiusY, toX / radiusX, toY / radiusY]
  const chord = Math.hypot(x2 - x1, y2 - y1)
  const height = Math.sqrt(1 - chord ** 2 / 4) / chord
  return {
    centre: [((x1 + x2) / 2 - height * (y2 - y1)) * radiusX, ((y1 + y2) / 2 + height * (x2 - x1)) * radiusY],
    radii: [radiusX, radiusY],
  }
}

it('the bubble on the launcher is drawn with a line that is equally thick all round', () => {
  const arcs = [...sheet.matchAll(/([\d.]+) ([\d.]+)A([\d.]+) ([\d.]+) 0 1 0 ([\d.]+) ([\d.]+)/g)]
  const [outer, inner] = arcs.map(([, ...numbers]) => ellipse(...(numbers.map(Number) as Six)))
  if (!outer || !inner) throw new Error('The bubble has no two arcs.')
  expect(Math.hypot(outer.centre[0] - inner.centre[0], outer.centre[1] - inner.centre[1])).toBeLessThan(0.25)
  expect(outer.radii[0] - inner.radii[0]).toBeCloseTo(outer.radii[1] - inner.radii[1], 5)
})
