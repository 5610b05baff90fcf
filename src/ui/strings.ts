/**
 * Every word a visitor can see or hear, by key. A language is two chunks: the words of a plain conversation, and all others,
 * so that a visitor loads what he may come to read.
 */
import type { en } from './languages/en.ts'
import type { enMore } from './languages/en-more.ts'

export type FirstWords = Readonly<Record<keyof typeof en, string>>
export type MoreWords = Readonly<Record<keyof typeof enMore, string>>
export type AllStrings = FirstWords & MoreWords

export interface Strings extends FirstWords {
  /** Puts the rest of the language into this same object. */
  complete(): Promise<AllStrings>
}

interface Language {
  first(): Promise<FirstWords>
  more(): Promise<MoreWords>
}

const english: Language = {
  first: async () => (await import('./languages/en.ts')).en,
  more: async () => (await import('./languages/en-more.ts')).enMore,
}
const LANGUAGES: Readonly<Record<string, Language>> = {
  zh: {
    first: async () => (await import('./languages/zh-cn.ts')).zhCN,
    more: async () => (await import('./languages/zh-cn-more.ts')).zhCNMore,
  },
}

/**
 * The strings of a language, by the first part of its tag; English where there is none.
 * @param overrides words of the site owner's, by key; unknown keys and empty values are ignored
 */
export async function loadStrings(lang: string, overrides: Readonly<Record<string, string>> = {}): Promise<Strings> {
  const { first, more } = LANGUAGES[lang.toLowerCase().split('-')[0] ?? ''] ?? english
  const replace = <Words extends FirstWords | MoreWords>(words: Words): Words =>
    Object.fromEntries(Object.entries(words).map(([key, word]) => [key, overrides[key] || word])) as Words
  const strings: Strings = {
    ...replace(await first()),
    complete: async () => Object.assign(strings, replace(await more())),
  }
  return strings
}
