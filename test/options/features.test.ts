import { describe, expect, it } from 'vitest'
import { allFeatures, FEATURES } from '../../src/options/features.ts'

const off = (given: Parameters<typeof allFeatures>[0]) => {
  const features = allFeatures(given)
  return FEATURES.filter((name) => !features[name])
}

describe('the option features', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['-upload -voice', ['upload', 'voice']],
    ['  -readAloud,\n-feedback ', ['readAloud', 'feedback']],
    ['-edit | -regenerate', ['regenerate', 'edit']],
    ['-edit，-upload、－voice｜-header', ['upload', 'voice', 'edit', 'header']],
    ['upload +voice -header', ['header']],
    ['-upload upload', []],
    [{ upload: false, voice: true }, ['upload']],
    [{}, []],
  ] as const)('%o switches off %o', (given, expected) => {
    expect(off(given)).toEqual(expected)
  })
})
