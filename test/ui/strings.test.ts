import { describe, expect, it } from 'vitest'
import { en } from '../../src/ui/languages/en.ts'
import { zhCN } from '../../src/ui/languages/zh-cn.ts'
import { fill, loadStrings } from '../../src/ui/strings.ts'

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()

describe('languages', () => {
  it('Chinese has every key, no other, and the same places to fill', () => {
    expect(Object.keys(zhCN).sort()).toEqual(Object.keys(en).sort())
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect(zhCN[key].trim(), key).not.toBe('')
      expect(places(zhCN[key]), key).toEqual(places(en[key]))
    }
  })

  it('are found by the whole tag or its first part; English for the rest', async () => {
    expect(await loadStrings('zh-CN')).toEqual(zhCN)
    expect(await loadStrings('ZH-hans')).toEqual(zhCN)
    expect(await loadStrings('en-GB')).toEqual(en)
    expect(await loadStrings('tlh')).toEqual(en)
    expect(await loadStrings('')).toEqual(en)
  })
})

describe('overrides', () => {
  it('replace words by key; unknown keys and empty values change nothing', async () => {
    expect(await loadStrings('en', { send: 'Go', nonsense: 'x', stop: '' })).toEqual({ ...en, send: 'Go' })
  })

  it('of one site do not leak into another', async () => {
    await loadStrings('en', { send: 'Go' })
    expect((await loadStrings('en')).send).toBe('Send')
  })
})

it('fill leaves a place without a value as it is', () => {
  expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}')
})
