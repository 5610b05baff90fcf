import { describe, expect, it } from 'vitest'
import { fill } from '../../src/ui/fill.ts'
import { en } from '../../src/ui/languages/en.ts'
import { enMore } from '../../src/ui/languages/en-more.ts'
import { zhCN } from '../../src/ui/languages/zh-cn.ts'
import { zhCNMore } from '../../src/ui/languages/zh-cn-more.ts'
import { loadStrings } from '../../src/ui/strings.ts'

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
const completely = async (lang: string, overrides?: Record<string, string>) => {
  const { complete, ...strings } = await (await loadStrings(lang, overrides)).complete().then(Object)
  return strings
}

describe('languages', () => {
  for (const [part, reference, chinese] of [
    ['first words', en, zhCN],
    ['more words', enMore, zhCNMore],
  ] as [string, Record<string, string>, Record<string, string>][]) {
    it(`Chinese has every key of the ${part}, no other, and the same places to fill`, () => {
      expect(Object.keys(chinese).sort()).toEqual(Object.keys(reference).sort())
      for (const [key, word] of Object.entries(reference)) {
        expect(chinese[key]?.trim(), key).not.toBe('')
        expect(places(chinese[key] ?? ''), key).toEqual(places(word))
      }
    })
  }

  it('are found by the first part of the tag; English for the rest', async () => {
    const chinese = { ...zhCN, ...zhCNMore }
    const english = { ...en, ...enMore }
    expect(await completely('zh-CN')).toEqual(chinese)
    expect(await completely('ZH-hans')).toEqual(chinese)
    expect(await completely('en-GB')).toEqual(english)
    expect(await completely('tlh')).toEqual(english)
    expect(await completely('')).toEqual(english)
  })

  it('begin with the words of a plain conversation, and are completed in place', async () => {
    const strings = await loadStrings('en')
    expect(strings).not.toHaveProperty('problemNetwork')
    expect(await strings.complete()).toBe(strings)
    expect(strings).toHaveProperty('problemNetwork', enMore.problemNetwork)
  })
})

describe('overrides', () => {
  it('replace words by key; unknown keys and empty values change nothing', async () => {
    expect(await completely('en', { send: 'Go', dismiss: 'Away', nonsense: 'x', stop: '' })).toEqual({
      ...en,
      ...enMore,
      send: 'Go',
      dismiss: 'Away',
    })
  })

  it('of one site do not leak into another', async () => {
    await completely('en', { send: 'Go' })
    expect((await loadStrings('en')).send).toBe('Send')
  })
})

it('fill leaves a place without a value as it is', () => {
  expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}')
})
