/** What is said outside of the opening hours. Pure. */

import type { OpeningHours } from '../../options/widget-options.ts'
import type { BeforeChatWords } from '../strings/before-chat-words.ts'
import { canonicalLocale } from '../strings/canonical-locale.ts'
import { interpolate } from '../strings/interpolate.ts'
import { localText } from '../strings/local-text.ts'
import { openingAt } from './opening-hours.ts'

const DAY_MS = 86_400_000

interface Reader {
  /** BCP 47. */
  readonly lang: string
  /** Default: the one of the visitor's clock, which is what they look at. */
  readonly timeZone?: string | undefined
}

/** @returns undefined while somebody is there */
export function awayText(
  hours: OpeningHours,
  now: number,
  words: Pick<BeforeChatWords, 'away' | 'awayUntil'>,
  reader: Reader,
): string | undefined {
  const { open, changesAt } = openingAt(hours, now)
  if (open) return undefined
  const own = localText(hours.away, reader.lang)
  if (changesAt === undefined) return own && !own.includes('{time}') ? own : words.away
  return interpolate(own || words.awayUntil, { time: timeText(changesAt, now, reader) })
}

/** The time alone where that is today; from a week on with the date. */
function timeText(at: number, now: number, { lang, timeZone }: Reader): string {
  const locale = canonicalLocale(lang)
  const day = (moment: number) => new Date(moment).toLocaleDateString('en', { timeZone })
  const far = at - now > 6 * DAY_MS
  return new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: 'numeric',
    minute: '2-digit',
    ...(day(at) !== day(now) && { weekday: 'long' }),
    ...(far && { day: 'numeric', month: 'long' }),
  }).format(at)
}
