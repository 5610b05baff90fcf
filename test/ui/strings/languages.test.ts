import { describe, expect, it } from 'vitest'
import { en } from '../../../src/ui/strings/languages/en.ts'
import { OTHER_LANGUAGES } from '../../../src/ui/strings/match-language.ts'
import { wholeStrings } from '../../support/whole-strings.ts'

const CATEGORIES: readonly Intl.LDMLPluralRule[] = ['zero', 'one', 'two', 'few', 'many', 'other']
const english: Readonly<Record<string, string>> = en

async function wordsOf(tag: string): Promise<Readonly<Record<string, string>>> {
  const { dir: _, ...words } = await wholeStrings(tag)
  return words
}

/** `tooManyFiles` of `tooManyFiles_other`; undefined for a word without a number. */
const counted = (key: string) => /^(.+)_(?:zero|one|two|few|many|other)$/.exec(key)?.[1]
const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()

/** What a language truly has in common with English. */
const SAME_AS_ENGLISH: Readonly<Record<string, readonly string[]>> = {
  de: ['code'],
  fr: ['assistant', 'conversations', 'transcript', 'sources', 'code'],
}

describe.each(['en', ...OTHER_LANGUAGES])('%s', async (tag) => {
  const words = await wordsOf(tag)
  const plurals = new Intl.PluralRules(tag).resolvedOptions().pluralCategories

  it('has every word, no other, and none that is empty', () => {
    const named = (keys: string[]) => [...new Set(keys.map((key) => counted(key) ?? key))].sort()
    expect(named(Object.keys(words))).toEqual(named(Object.keys(english)))
    for (const [key, word] of Object.entries(words)) expect(word.trim(), key).not.toBe('')
  })

  it('has the form for each number that it tells apart, and no other', () => {
    for (const name of new Set(Object.keys(english).map(counted))) {
      if (!name) continue
      const forms = CATEGORIES.filter((category) => `${name}_${category}` in words)
      expect(forms, name).toEqual(CATEGORIES.filter((category) => plurals.includes(category)))
    }
  })

  it('has the same places to fill', () => {
    for (const [key, word] of Object.entries(words)) {
      const name = counted(key)
      const wanted = places(english[name ? `${name}_other` : key] ?? '')
      // `one file` needs no number: all other forms say it.
      if (name && /_(zero|one|two)$/.test(key)) expect(wanted, key).toEqual(expect.arrayContaining(places(word)))
      else expect(places(word), key).toEqual(wanted)
    }
  })
})

describe.each(OTHER_LANGUAGES)('%s', async (tag) => {
  const words = await wordsOf(tag)

  it('left nothing in English', () => {
    const same = Object.keys(words).filter((key) => words[key] === english[key])
    // `{name}:` and the like have no words in them.
    const withWords = same.filter((key) => /\p{L}/u.test((words[key] ?? '').replace(/\{\w+\}/g, '')))
    expect(withWords).toEqual(SAME_AS_ENGLISH[tag] ?? [])
    const strays = Object.values(words).filter((word) =>
      /\b(the|your?|this|please|and|with|again|chat is)\b/i.test(word),
    )
    expect(strays).toEqual([])
  })

  it('is written in its own letters', () => {
    const script = {
      'zh-Hans': /\p{Script=Han}/u,
      'zh-Hant': /\p{Script=Han}/u,
      ja: /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u,
      ko: /\p{Script=Hangul}/u,
      ru: /\p{Script=Cyrillic}/u,
      ar: /\p{Script=Arabic}/u,
    }[tag as string]
    for (const [key, word] of Object.entries(words)) {
      const text = word.replace(/\{\w+\}/g, '')
      if (!script || !/\p{L}/u.test(text)) continue
      expect(text, key).toMatch(script)
      expect(text, key).not.toMatch(/\p{Script=Latin}/u)
    }
  })

  it('ends a line that goes on with one character', () => {
    for (const [key, word] of Object.entries(words)) {
      expect(word, key).not.toMatch(/\.\.\.|。。/)
      if (english[key]?.endsWith('…')) expect(word, key).toMatch(/…$/)
    }
  })
})

it('Chinese for Taiwan has its own characters and its own terms', async () => {
  for (const [key, word] of Object.entries(await wordsOf('zh-TW'))) {
    expect(word, key).not.toMatch(/[这个们对话错误连时间请还关闭发说询问题库码图网络标签状态设备]/u)
    expect(word, key).not.toMatch(/信息|發送|刷新|文件|網絡|屏幕|鼠標|默認|軟件|服務器|鏈接/)
  }
})

it('Arabic keeps what is put in apart from the words around it', async () => {
  for (const [key, word] of Object.entries(await wordsOf('ar'))) {
    for (const place of places(word).filter((name) => /name|host|size|duration/.test(name))) {
      expect(word, key).toContain(`\u2068${place}\u2069`)
    }
  }
})
