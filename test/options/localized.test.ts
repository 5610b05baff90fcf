import { describe, expect, it } from 'vitest'
import { drawnOptions } from '../../src/options/drawn-options.ts'
import { localized } from '../../src/options/localized.ts'
import { resolveOptions } from '../../src/options/resolve-options.ts'

const WORDS = { en: 'E', zh: 'S', 'zh-Hant': 'T', 'pt-BR': 'B', de: 'D', 'de-CH': 'C' }

describe('words in several languages', () => {
  it.each([
    ['en', 'E'],
    ['en-GB', 'E'],
    ['zh', 'S'],
    ['zh-CN', 'S'],
    ['zh_CN', 'S'],
    ['ZH-hans', 'S'],
    ['zh-SG', 'S'],
    ['zh-TW', 'T'],
    ['zh-HK', 'T'],
    ['zh-Hant', 'T'],
    ['yue', 'T'],
    ['yue-Hans', 'S'],
    ['pt', 'B'],
    ['pt-BR', 'B'],
    ['pt-PT', 'B'],
    ['de-AT', 'D'],
    ['de-CH', 'C'],
    ['fr', 'E'],
    ['no language', 'E'],
  ])('who reads %s gets %s', (lang, words) => {
    expect(localized(WORDS, lang)).toBe(words)
  })

  it.each([
    // The same language in another script is nearer than another language.
    ['zh-TW', { en: 'E', zh: 'S' }, 'S'],
    ['zh-CN', { en: 'E', 'zh-TW': 'T' }, 'T'],
    ['zh-CN', { 'zh-TW': 'T', zh_CN: 'S' }, 'S'],
    ['en-AU', { 'en-GB': 'G', 'en-US': 'U' }, 'G'],
    ['fr', { de: 'D', 'en-GB': 'G' }, 'G'],
    ['fr', { de: 'D', ja: 'J' }, 'D'],
    ['fr', {}, undefined],
    ['', { de: 'D', en: 'E' }, 'E'],
  ])('%s of %o reads %s', (lang, given, words) => {
    expect(localized<string>(given as Record<string, string>, lang)).toBe(words)
  })

  it('one language is itself, also as a list', () => {
    expect(localized('Hello', 'de')).toBe('Hello')
    expect(localized(['a', 'b'], 'de')).toEqual(['a', 'b'])
    expect(localized(undefined, 'de')).toBeUndefined()
  })

  it('holds for each option that speaks, in the language of the chat and not of the browser', () => {
    const both = { zh: '中', en: 'E' }
    const options = {
      botId: '1',
      tokenUrl: '/t',
      lang: 'en',
      title: both,
      subtitle: both,
      greeting: both,
      disclaimer: both,
      teaser: both,
      suggestions: { zh: ['中'], en: ['E', { label: 'E2' }] },
      metaData: both,
    }
    const resolve = (given: object, pageLanguage: string) =>
      resolveOptions(drawnOptions({ ...options, ...given }, pageLanguage), () => {})
    expect(resolve({}, 'zh-CN')).toMatchObject({
      title: 'E',
      subtitle: 'E',
      greeting: 'E',
      disclaimer: 'E',
      teaser: 'E',
      suggestions: ['E', { label: 'E2' }],
      metaData: both,
    })
    expect(resolve({ lang: undefined }, 'zh-TW')).toMatchObject({ title: '中' })
    expect(resolve({ lang: undefined, region: 'com' }, '')).toMatchObject({ title: 'E' })
    expect(resolve({ suggestions: '一｜二' }, 'zh')).toMatchObject({ suggestions: ['一', '二'] })
    expect(resolve({ suggestions: { en: 'One | Two' } }, '')).toMatchObject({ suggestions: ['One', 'Two'] })
  })
})
