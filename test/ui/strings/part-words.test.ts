import { describe, expect, it } from 'vitest'
import { beforeChatWords } from '../../../src/ui/strings/before-chat-words.ts'
import { deletionWords } from '../../../src/ui/strings/deletion-words.ts'
import { OTHER_LANGUAGES } from '../../../src/ui/strings/match-language.ts'

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()

describe.each([
  ['before', beforeChatWords],
  ['deletion', deletionWords],
] as const)('the words of the part %s', (prefix, wordsOf) => {
  const english: Readonly<Record<string, string>> = wordsOf({ lang: 'en' })

  it.each(OTHER_LANGUAGES)('are all there in %s, with the same places to fill, and none is English', (lang) => {
    const words: Readonly<Record<string, string>> = wordsOf({ lang })
    expect(Object.keys(words)).toEqual(Object.keys(english))
    for (const [key, word] of Object.entries(words)) {
      expect(places(word), key).toEqual(places(english[key] ?? ''))
      // German says "optional" as well.
      if (!(lang === 'de' && key === 'optional')) expect(word, key).not.toBe(english[key])
    }
  })

  it("are the owner's where the owner has put others in their place", () => {
    const [key = ''] = Object.keys(english)
    const words: Readonly<Record<string, string>> = wordsOf({
      lang: 'ja',
      strings: { [`${prefix}.${key}`]: 'Mine', [key]: 'No' },
    })
    expect(words[key]).toBe('Mine')
  })
})
