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

const COMMON = /^(?:(en|ja|ko|es|de|fr|pt|ru|vi|ar)(?:[-_][a-z]{2})?|zh(?:[-_](cn|tw|hk|mo))?)$/

/**
 * Language and script of the tags that almost every page has. `Intl.Locale` knows them too, but its first use costs a page view as much as
 * all the rest of the launcher.
 */
function commonLocale(tag: string): readonly string[] | undefined {
  const [found, language, region = 'cn'] = COMMON.exec(tag.toLowerCase()) ?? []
  if (!found) return undefined
  return language ? [language, language === 'ar' ? 'Arab' : ''] : ['zh', region === 'cn' ? 'Hans' : 'Hant']
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
