/**
 * Dates and durations in the visitor's language. `Intl` objects are slow to make (the first one of a page took 20 ms), so one set
 * is kept per language, and none is made before a date is drawn.
 */

import { canonicalLocale } from './canonical-locale.ts'

export interface Formats {
  /** `Today`, `Yesterday`, `Monday, 3 March`; with the year when it is another one. */
  day(at: number, now: number): string
  /** `12 sec`, from two minutes on `3 min`, rounded up: the wait is never longer than it says. */
  seconds(count: number): string
}

const DAY_MS = 86_400_000
const known = new Map<string, Formats>()

/** Days since the epoch on the visitor's own calendar. */
export function localDay(at: number): number {
  return Math.floor((at - new Date(at).getTimezoneOffset() * 60_000) / DAY_MS)
}

export function formatsFor(lang: string): Formats {
  let formats = known.get(lang)
  if (!formats) {
    formats = createFormats(lang)
    known.set(lang, formats)
  }
  return formats
}

function createFormats(lang: string): Formats {
  const locale = canonicalLocale(lang)
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const unit = (name: string) => new Intl.NumberFormat(locale, { style: 'unit', unit: name, maximumFractionDigits: 1 })
  return {
    day(at, now) {
      const daysAgo = localDay(now) - localDay(at)
      if (daysAgo === 0 || daysAgo === 1) return capitalised(relative.format(-daysAgo, 'day'), locale)
      const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
      return new Date(at).toLocaleDateString(locale, {
        month: 'long',
        day: 'numeric',
        ...(sameYear ? { weekday: 'long' } : { year: 'numeric' }),
      })
    },
    seconds: (count) => (count < 120 ? unit('second').format(count) : unit('minute').format(Math.ceil(count / 60))),
  }
}

function capitalised(text: string, locale: string | undefined): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
}
