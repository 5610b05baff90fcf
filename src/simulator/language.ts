/** The two languages the simulated agent speaks. */
export type Language = 'zh' | 'en'

const HAN = /\p{Script=Han}/u
const LATIN = /\p{Script=Latin}{2}/u

/** The language somebody wrote in; undefined where the text does not tell (a command, a number). */
export function languageOf(text: string): Language | undefined {
  if (text.startsWith('/')) return undefined
  if (HAN.test(text)) return 'zh'
  return LATIN.test(text) ? 'en' : undefined
}

/** `Accept-Language` of the call; Chinese where it does not ask for English. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  return /^\s*en\b/i.test(acceptLanguage ?? '') ? 'en' : 'zh'
}
