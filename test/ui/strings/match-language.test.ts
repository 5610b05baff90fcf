import { expect, it, vi } from 'vitest'
import { likelyLocale } from '../../../src/options/likely-locale.ts'
import { matchLanguage, OTHER_LANGUAGES } from '../../../src/ui/strings/match-language.ts'

it.each([
  ['zh', 'zh-Hans'],
  ['zh-CN', 'zh-Hans'],
  ['ZH-hans', 'zh-Hans'],
  ['zh-SG', 'zh-Hans'],
  ['zh-Hans-HK', 'zh-Hans'],
  ['zh_CN', 'zh-Hans'],
  ['zh-TW', 'zh-Hant'],
  ['zh-HK', 'zh-Hant'],
  ['zh-MO', 'zh-Hant'],
  ['zh-Hant', 'zh-Hant'],
  ['zh-Hant-CN', 'zh-Hant'],
  ['yue', 'zh-Hant'],
  ['ja-JP', 'ja'],
  ['ko-KR', 'ko'],
  ['es-419', 'es'],
  ['es-MX', 'es'],
  ['de-AT', 'de'],
  ['fr-CA', 'fr'],
  ['pt', 'pt'],
  ['pt-PT', 'pt'],
  ['pt_BR', 'pt'],
  ['ru-RU', 'ru'],
  ['vi-VN', 'vi'],
] as const)('%s is served by %s', (tag, language) => {
  expect(matchLanguage(tag)).toEqual({ language, dir: 'ltr' })
})

it.each(['ar', 'ar-EG', 'AR-sa', 'ar-u-nu-latn'])('%s is Arabic, from right to left', (tag) => {
  expect(matchLanguage(tag)).toEqual({ language: 'ar', dir: 'rtl' })
})

it.each(['he', 'iw', 'fa-IR', 'ur', 'ps', 'sd', 'ug', 'yi', 'dv', 'ckb', 'az-Arab'])(
  '%s has no words here, yet it runs from right to left',
  (tag) => {
    expect(matchLanguage(tag)).toEqual({ language: undefined, dir: 'rtl' })
  },
)

it.each(['', 'tlh', 'not a tag!', 'constructor', '__proto__', 'sr-Latn', 'ku', 'en', 'en-GB'])(
  '%j has no words here',
  (tag) => {
    expect(matchLanguage(tag)).toEqual({ language: undefined, dir: 'ltr' })
  },
)

it('says of every language and region what Intl.Locale says, also where it does not ask it', () => {
  const letters = [...'abcdefghijklmnopqrstuvwxyz']
  const pairs = letters.flatMap((one) => letters.map((other) => one + other))
  const expected = (tag: string) => {
    const [language, script = ''] = likelyLocale(tag)
    const name = language === 'zh' ? `zh-${script}` : language
    const rightToLeft = ['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm', 'Rohg']
    return {
      language: OTHER_LANGUAGES.find((known) => known === name),
      dir: rightToLeft.includes(script) ? 'rtl' : 'ltr',
    }
  }
  const spoken = ['en', 'zh', ...OTHER_LANGUAGES]
  const tags = [...pairs, ...spoken.flatMap((language) => pairs.map((region) => `${language}-${region}`))]
  expect(tags.filter((tag) => JSON.stringify(matchLanguage(tag)) !== JSON.stringify(expected(tag)))).toEqual([])
})

it('a page of a common language has its words without Intl.Locale, whose first use takes milliseconds', () => {
  const locale = vi.spyOn(Intl, 'Locale')
  const chinese = ['zh', 'zh-CN', 'zh_TW', 'zh-HK']
  const others = ['en', ...OTHER_LANGUAGES.filter((language) => !language.startsWith('zh'))]
  for (const tag of [...chinese, ...others, ...others.map((language) => `${language}-US`)]) matchLanguage(tag)
  expect(locale).not.toHaveBeenCalled()
})
