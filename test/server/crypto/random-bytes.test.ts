import { expect, it } from 'vitest'
import { createRandomBytes } from '../../../src/server/crypto/random-bytes.ts'

it('hands out as many bytes as asked for, whatever is left of the last draw', () => {
  const random = createRandomBytes()
  for (const length of [0, 1, 32, 4_000, 100, 4_096, 5_000]) expect(random(length)).toHaveLength(length)
})

it('hands out no byte twice', () => {
  const random = createRandomBytes()
  const seen = new Set(Array.from({ length: 2_000 }, () => random(16).join()))
  expect(seen.size).toBe(2_000)
})

it('leaves what it has handed out to its caller alone', () => {
  const random = createRandomBytes()
  const first = random(32)
  const copy = first.join()
  for (let i = 0; i < 500; i++) random(32).fill(0)
  expect(first.join()).toBe(copy)
  expect(new Uint8Array(first.buffer)).toHaveLength(32)
})
