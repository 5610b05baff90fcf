/** From a BCP 47 tag to the words that serve it best. */
import { likelyLocale } from '../../options/likely-locale.ts'

/** The languages that have words here besides English. A Chinese one is named by its script. */
export const OTHER_LANGUAGES = ['zh-Hans', 'zh-Hant', 'ja', 'ko', 'es', 'de', 'fr', 'pt', 'ru', 'ar', 'vi'] as const
export type OtherLanguage = (typeof OTHER_LANGUAGES)[number]

interface LanguageMatch {
  /** `undefined` where there are no words of ours: English serves. */
  language: OtherLanguage | undefined
  /** Given for every language: the site's owner may bring the words. */
  dir: 'ltr' | 'rtl'
}

const RIGHT_TO_LEFT = /^(Arab|Hebr|Thaa|Syrc|Nkoo|Adlm|Rohg)$/

/** Of the regions that say how their Chinese is written. */
const CHINESE: Readonly<Record<string, string>> = { cn: 'Hans', tw: 'Hant', hk: 'Hant', mo: 'Hant' }

/**
 * Language and script of the tags that almost every page has: a language of ours or English, and perhaps a region. `Intl.Locale` knows
 * them too, but its first use costs a page view as much as all the rest of the launcher.
 */
function commonLocale(tag: string): readonly string[] | undefined {
  const [language = '', region = 'cn', more] = `${tag}`.toLowerCase().split(/[-_]/)
  if (more || region.length !== 2) return undefined
  const script = language === 'zh' ? CHINESE[region] : language === 'ar' ? 'Arab' : ''
  return script || ['en', ...OTHER_LANGUAGES].includes(language) ? [language, script ?? ''] : undefined
}

export function matchLanguage(tag: string): LanguageMatch {
  const [language, script = ''] = commonLocale(tag) ?? likelyLocale(tag)
  const name = language === 'zh' ? `zh-${script}` : language
  return {
    language: OTHER_LANGUAGES.find((known) => known === name),
    dir: RIGHT_TO_LEFT.test(script) ? 'rtl' : 'ltr',
  }
}
interface Wording {
  /** BCP 47 tag; English serves where a language has no words. */
  readonly lang: string
  /** Words of the site's owner by `<prefix>.<key>`. */
  readonly strings?: Readonly<Record<string, string>> | undefined
}

/**
 * Words that come with a part which few pages load, in all languages at once: a file for each of them would be one more request.
 * @param prefix of the keys by which the site's owner replaces a word
 */
export function partWords<Words extends Readonly<Record<string, string>>>(
  english: Words,
  others: Readonly<Record<OtherLanguage, Words>>,
  prefix: string,
  { lang, strings = {} }: Wording,
): Words {
  const { language } = matchLanguage(lang)
  const words = language === undefined ? english : others[language]
  return Object.fromEntries(
    Object.entries(words).map(([key, word]) => [key, strings[`${prefix}.${key}`] || word]),
  ) as Words
}
