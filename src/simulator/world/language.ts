/** The two languages of the simulated agents. */
export type Language = 'zh' | 'en'

const HAN = /\p{Script=Han}/u
const LATIN = /\p{Script=Latin}{2}/u

/** The language a text is written in; undefined where it does not tell, as with a command or a number. */
export function languageOf(text: string): Language | undefined {
  if (text.startsWith('/')) return undefined
  if (HAN.test(text)) return 'zh'
  return LATIN.test(text) ? 'en' : undefined
}

/** The language that `Accept-Language` asks for: Chinese unless it begins with English. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  return /^\s*en\b/i.test(acceptLanguage ?? '') ? 'en' : 'zh'
}
