import { describe, expect, it } from 'vitest'
import { interpolate } from '../../../src/ui/strings/interpolate.ts'
import { en } from '../../../src/ui/strings/languages/en.ts'
import { ptBR } from '../../../src/ui/strings/languages/pt.ts'
import { zhCN } from '../../../src/ui/strings/languages/zh-hans.ts'
import { wholeStrings } from '../../support/whole-strings.ts'

const wordsOf = async (lang: string, overrides?: Record<string, string>) => {
  const { dir, ...words } = await wholeStrings(lang, overrides)
  return words
}

describe('languages', () => {
  it('are found by their tag; English for the rest', async () => {
    expect(await wordsOf('zh-CN')).toEqual(zhCN)
    expect(await wordsOf('ZH-hans')).toEqual(zhCN)
    expect(await wordsOf('en-GB')).toEqual(en)
    expect(await wordsOf('tlh')).toEqual(en)
    expect(await wordsOf('')).toEqual(en)
    expect(await wordsOf('pt-PT')).toEqual(ptBR)
  })

  it('bring their direction along; one without words here keeps its own', async () => {
    expect((await wholeStrings('en')).dir).toBe('ltr')
    expect((await wholeStrings('zh-CN')).dir).toBe('ltr')
    expect((await wholeStrings('ar-EG')).dir).toBe('rtl')
    expect(await wholeStrings('he', { send: 'שליחה' })).toMatchObject({ dir: 'rtl', send: 'שליחה', stop: en.stop })
  })
})

describe('overrides', () => {
  it('replace words by key; unknown keys and empty values change nothing', async () => {
    expect(await wordsOf('en', { send: 'Go', dismiss: 'Away', nonsense: 'x', stop: '' })).toEqual({
      ...en,
      send: 'Go',
      dismiss: 'Away',
    })
  })

  it('of one site do not leak into another', async () => {
    await wordsOf('en', { send: 'Go' })
    expect((await wholeStrings('en')).send).toBe('Send')
  })
})

it('interpolate leaves a place without a value as it is', () => {
  expect(interpolate('{a} and {b}', { a: 1 })).toBe('1 and {b}')
})
