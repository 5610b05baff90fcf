/** Words of the site's owner in one language, or in several by their tags. */
import { likelyLocale } from './likely-locale.ts'

/** By BCP 47 tag: `{ zh: '你好', en: 'Hello' }`. */
export type Localized<Words> = Readonly<Record<string, Words>>

/**
 * The words that serve a language best. The same language counts first, then its script, then its region: `zh-HK` reads `zh-Hant` before
 * `zh`, but `zh` before another language. Without the language it is English, without that whatever stands first.
 * @param lang BCP 47
 */
export function localized<Words extends string | readonly unknown[] | undefined>(
  given: Words | Localized<Words>,
  lang: string,
): Words {
  if (!given || typeof given !== 'object' || Array.isArray(given)) return given as Words
  const wanted = likelyLocale(lang)
  /** How many of language, script and region are the wanted ones. */
  const match = (tag: string) => {
    const parts = likelyLocale(tag)
    const other = [0, 1, 2].findIndex((index) => parts[index] !== wanted[index])
    return other < 0 ? 3 : other || Number(parts[0] === 'en') / 2
  }
  const [best = ''] = Object.keys(given).sort((one, other) => match(other) - match(one))
  return (given as Localized<Words>)[best] as Words
}
