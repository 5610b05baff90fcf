/** Languages beyond English. Each is one chunk; Chinese is two, and the words of a plain conversation are here already. */
import type { AllStrings, Language } from '../strings.ts'
import { matchLanguage, type OtherLanguage } from './match-language.ts'
import { zhCN } from './zh-cn.ts'

const chinese: Language = {
  first: async () => zhCN,
  more: async () => (await import('./zh-cn-more.ts')).zhCNMore,
}

const WORDS: Readonly<Record<Exclude<OtherLanguage, 'zh-Hans'>, () => Promise<AllStrings>>> = {
  'zh-Hant': async () => (await import('./zh-tw.ts')).zhTW,
  ja: async () => (await import('./ja.ts')).ja,
  ko: async () => (await import('./ko.ts')).ko,
  es: async () => (await import('./es.ts')).es,
  de: async () => (await import('./de.ts')).de,
  fr: async () => (await import('./fr.ts')).fr,
  pt: async () => (await import('./pt-br.ts')).ptBR,
  ru: async () => (await import('./ru.ts')).ru,
  ar: async () => (await import('./ar.ts')).ar,
  vi: async () => (await import('./vi.ts')).vi,
}

/** @param fallback lends its words to a tag that has none here */
export async function otherLanguage(tag: string, fallback: Language): Promise<Language> {
  const { language, dir } = matchLanguage(tag)
  if (language === 'zh-Hans') return chinese
  if (!language) return { ...fallback, dir }
  const words = await WORDS[language]()
  return { dir, first: async () => words, more: async () => words }
}
