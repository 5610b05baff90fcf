/** Every word that a visitor can see or hear in the panel, by key. */
import type { en } from './languages/en.ts'

type Key = keyof typeof en

/** Sentences that change with a number: `tooManyFiles` stands for `tooManyFiles_one`, `tooManyFiles_other` and so on. */
export type CountedKey = Key extends infer Each ? (Each extends `${infer Name}_other` ? Name : never) : never

/** What the file of a language holds. Of a sentence with a number, each language has the forms that it knows, and always `_other`. */
export type Words = Readonly<
  Record<Exclude<Key, `${string}_one`>, string> & Partial<Record<`${CountedKey}_${Intl.LDMLPluralRule}`, string>>
>

export interface Strings extends Words {
  /** The direction in which the language is written. */
  readonly dir: 'ltr' | 'rtl'
}

/**
 * The words of a language, or some of them, with those that the site's owner put in their place.
 * @param overrides by key; unknown keys and empty values are ignored
 */
export function withOverrides(
  words: Partial<Words>,
  dir: Strings['dir'],
  overrides: Readonly<Record<string, string>> = {},
): Strings {
  const replaced = Object.entries(words).map(([key, word]) => [key, overrides[key] || word])
  return { ...(Object.fromEntries(replaced) as Words), dir }
}
