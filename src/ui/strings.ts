/** Every word a visitor can see or hear, by key. Each language is a chunk of its own, so that a visitor loads one. */
import type { en } from './languages/en.ts'

export type StringKey = keyof typeof en
export type Strings = Readonly<Record<StringKey, string>>

const LANGUAGES: Readonly<Record<string, () => Promise<Strings>>> = {
  en: () => import('./languages/en.ts').then((module) => module.en),
  zh: () => import('./languages/zh-cn.ts').then((module) => module.zhCN),
}

/**
 * The strings of a language, by its whole tag or its first part; English where there is none.
 * @param overrides words of the site owner's, by key; unknown keys and empty values are ignored
 */
export async function loadStrings(lang: string, overrides: Readonly<Record<string, string>> = {}): Promise<Strings> {
  const tag = lang.toLowerCase()
  const load = LANGUAGES[tag] ?? LANGUAGES[tag.split('-')[0] ?? ''] ?? LANGUAGES['en']
  const strings = { ...(await load?.()) } as Record<StringKey, string>
  for (const key of Object.keys(strings) as StringKey[]) strings[key] = overrides[key] || strings[key]
  return strings
}

/** Puts values into `{name}` places. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}
