/**
 * Every word a visitor can see or hear, by key: the words of a plain conversation first, and all others when the first of them
 * is needed.
 */
import { en } from './languages/en.ts'
import type { enMore } from './languages/en-more.ts'

type MoreKey = keyof typeof enMore

/** Sentences that change with a number: `tooManyFiles` stands for `tooManyFiles_one`, `tooManyFiles_other` and so on. */
export type CountedKey = MoreKey extends infer Key ? (Key extends `${infer Name}_other` ? Name : never) : never

export type FirstWords = Readonly<Record<keyof typeof en, string>>
/** Of a sentence with a number, each language has the forms that it knows, and always `_other`. */
export type MoreWords = Readonly<
  Record<Exclude<MoreKey, `${string}_one`>, string> & Partial<Record<`${CountedKey}_${Intl.LDMLPluralRule}`, string>>
>
export type AllStrings = FirstWords & MoreWords

export interface Language {
  /** Default: `ltr` */
  dir?: 'ltr' | 'rtl'
  first(): Promise<FirstWords>
  more(): Promise<MoreWords>
}

export interface Strings extends FirstWords {
  /** Where its lines begin. */
  readonly dir: 'ltr' | 'rtl'
  /** Puts the rest of the language into this same object. */
  complete(): Promise<AllStrings>
}

const english: Language = {
  // With the panel itself: whatever cannot be loaded, there are words.
  first: async () => en,
  more: async () => (await import('./languages/en-more.ts')).enMore,
}

async function languageOf(tag: string): Promise<Language> {
  return /^en\b/i.test(tag) ? english : (await import('./languages/other-languages.ts')).otherLanguage(tag, english)
}

/**
 * The strings of the language that serves a tag best; English where there is none, or where it cannot be loaded.
 * @param tag BCP 47
 * @param overrides words of the site owner's, by key; unknown keys and empty values are ignored
 */
export async function loadStrings(tag: string, overrides: Readonly<Record<string, string>> = {}): Promise<Strings> {
  const { dir = 'ltr', first, more } = await languageOf(tag).catch(() => english)
  const replace = <Words extends FirstWords | MoreWords>(words: Words): Words =>
    Object.fromEntries(Object.entries(words).map(([key, word]) => [key, overrides[key] || word])) as Words
  const strings: Strings = {
    ...replace(await first()),
    dir,
    complete: async () => Object.assign(strings, replace(await more())),
  }
  return strings
}
