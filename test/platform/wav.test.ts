import { expect, it } from 'vitest'
import { wavFile } from '../../src/platform/wav.ts'

it('samples become a file that says what they are: RIFF WAVE, PCM, one channel, 16 bits', () => {
  const file = wavFile(Uint8Array.of(1, 2, 3, 4), 16_000)
  const view = new DataView(file.buffer)
  const text = (from: number, to: number) => String.fromCharCode(...file.subarray(from, to))
  expect([text(0, 4), text(8, 16), text(36, 40)]).toEqual(['RIFF', 'WAVEfmt ', 'data'])
  expect([4, 16, 24, 28, 40].map((at) => view.getUint32(at, true))).toEqual([40, 16, 16_000, 32_000, 4])
  expect([20, 22, 32, 34].map((at) => view.getUint16(at, true))).toEqual([1, 1, 2, 16])
  expect([...file.subarray(44)]).toEqual([1, 2, 3, 4])
})
