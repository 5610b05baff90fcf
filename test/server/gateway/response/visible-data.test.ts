import { describe, expect, it } from 'vitest'
import { cutTo, type Shape } from '../../../../src/server/gateway/response/shape.ts'
import * as visible from '../../../../src/server/gateway/response/visible-data.ts'

/** A value that a shape lets through, with a field that it does not in every object. */
function full(shape: Shape): unknown {
  if (shape === 'map') return { a: 'x' }
  if (typeof shape === 'string') return shape === 'code' ? 1 : 'x'
  if (typeof shape === 'function') return { id: 'x', content: 'x', type: 'answer', ext: 'SECRET' }
  if (Array.isArray(shape)) return [full(shape[0])]
  const fields = Object.entries(shape).map(([name, inner]) => [name === '*' ? 'any' : name, full(inner)])
  return { ...Object.fromEntries(fields), ...(!('*' in shape) && { secret: 'SECRET' }) }
}

function withoutSecrets(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (name, held: unknown) =>
    name === 'secret' || name === 'ext' ? undefined : held,
  )
}

describe('T9: what may be seen', () => {
  it.each(Object.entries(visible))('of %s is what its shape lists, and no other field at any depth', (_name, shape) => {
    const seen = cutTo(shape, full(shape))
    expect(JSON.stringify(seen)).not.toContain('SECRET')
    expect(seen).toEqual(withoutSecrets(full(shape)))
  })

  it('T32: of a message without content is no content, and of one that nobody may see an empty one', () => {
    expect(cutTo(visible.MESSAGE, { id: '1', type: 'answer' })).toEqual({ id: '1', type: 'answer' })
    expect(cutTo(visible.MESSAGE, { id: '1', type: 'unknown', content: 'SECRET' })).toMatchObject({ content: '' })
    expect([cutTo(visible.MESSAGE, 'SECRET'), cutTo(visible.MESSAGE, null)]).toEqual([undefined, undefined])
  })
})
