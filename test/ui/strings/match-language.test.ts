import { expect, it } from 'vitest'
import { matchLanguage } from '../../../src/ui/strings/match-language.ts'

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
