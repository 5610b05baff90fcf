/** Sizes and counted things in the visitor's language. */
import { canonicalLocale } from './canonical-locale.ts'
import { interpolate } from './interpolate.ts'
import type { CountedKey, Strings } from './strings.ts'

/** `2.5 MB` */
export function megabytes(bytes: number, lang: string): string {
  const format = { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(canonicalLocale(lang), format).format(bytes / 1e6)
}

/** The form of a sentence that goes with a number, with the number in it. */
export function counted(strings: Strings, key: CountedKey, count: number, lang: string): string {
  const locale = canonicalLocale(lang)
  const form = new Intl.PluralRules(locale).select(count)
  return interpolate(strings[`${key}_${form}`] ?? strings[`${key}_other`], { count: count.toLocaleString(locale) })
}
