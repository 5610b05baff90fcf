/** From a BCP 47 tag to the words that serve it best. */

export const OTHER_LANGUAGES = ['zh-Hans', 'zh-Hant', 'ja', 'ko', 'es', 'de', 'fr', 'pt', 'ru', 'ar', 'vi'] as const
export type OtherLanguage = (typeof OTHER_LANGUAGES)[number]

interface LanguageMatch {
  /** Undefined where there are no words: English serves. */
  language: OtherLanguage | undefined
  /** Also of a language without words of ours: the site's owner may have his own. */
  dir: 'ltr' | 'rtl'
}

const RIGHT_TO_LEFT = /^(Arab|Hebr|Thaa|Syrc|Nkoo|Adlm|Rohg)$/

/** What a tag leaves unsaid is what is likely: `zh-HK` is written in traditional characters, `ur` in Arabic ones. */
export function matchLanguage(tag: string): LanguageMatch {
  const { language = '', script = '' } = likely(tag)
  const name = /^(zh|yue)$/.test(language) ? `zh-${script}` : language
  return {
    language: OTHER_LANGUAGES.find((known) => known === name),
    dir: RIGHT_TO_LEFT.test(script) ? 'rtl' : 'ltr',
  }
}

/** Pages write `pt_BR`, too. A tag that is none must not break the chat. */
function likely(tag: string): { language?: string; script?: string | undefined } {
  try {
    return new Intl.Locale(tag.replaceAll('_', '-')).maximize()
  } catch {
    return {}
  }
}
