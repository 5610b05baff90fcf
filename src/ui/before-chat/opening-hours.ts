/** Whether somebody is there, and when that changes. Pure; the time zone's rules are the browser's (`Intl`). */
import type { OpeningHours, Weekday } from '../../options/widget-options.ts'
import { isRecord } from '../../platform/is-record.ts'

export interface Opening {
  readonly open: boolean
  /** Milliseconds since the epoch; undefined where nothing changes for a year. */
  readonly changesAt: number | undefined
}

/** A calendar day in the time zone of the hours. */
interface Day {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
}

interface Span {
  readonly from: number
  readonly to: number
}

const WEEKDAYS: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const MINUTE_MS = 60_000
const DAYS_AHEAD = 366
/** Also as a Chinese keyboard writes it. */
const RANGE = /^(\d{1,2})[:：]([0-5]\d)\s*[-–－～~]\s*(\d{1,2})[:：]([0-5]\d)$/
const CLOSED_DAYS = /^(\d{4}-\d{2}-\d{2})(?:\/(\d{4}-\d{2}-\d{2}))?$/

/** @returns what is wrong with the hours, for the site's owner; undefined when nothing is */
export function hoursFault({ timeZone, week, closed = [], away }: OpeningHours): string | undefined {
  if (typeof timeZone !== 'string') return 'hours.timeZone must be the name of a time zone, such as "Europe/Berlin".'
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    return `hours.timeZone "${timeZone}" is no time zone: write one like "Europe/Berlin".`
  }
  if (!isRecord(week)) return 'hours.week must be an object of days, such as { mon: "09:00-17:30" }.'
  if (!Array.isArray(closed)) return 'hours.closed must be a list of days, such as ["2026-12-25"].'
  if (away && typeof away !== 'string' && !isRecord(away)) return 'hours.away must be text.'
  for (const [day, ranges] of Object.entries(week)) {
    if (!WEEKDAYS.includes(day as Weekday)) return `hours.week.${day} is no day: they are ${WEEKDAYS.join(', ')}.`
    const wrong = [ranges].flat().find((range) => !readRange(range))
    if (wrong !== undefined) return `hours.week.${day} "${wrong}" is no range: write it like "09:00-17:30".`
  }
  const wrong = closed.find((days) => !CLOSED_DAYS.test(days))
  return wrong && `hours.closed "${wrong}" is no date: write "2026-12-25", or "2026-12-24/2026-12-26".`
}

/** @param hours without a fault */
export function openingAt(hours: OpeningHours, now: number): Opening {
  const today = dayAt(now, hours.timeZone)
  let until: number | undefined
  // Yesterday's range may end today.
  for (let ahead = -1; ahead <= DAYS_AHEAD; ahead++) {
    for (const { from, to } of spansOf(hours, daysLater(today, ahead))) {
      if (to <= (until ?? now)) continue
      // What follows without a gap is the same opening.
      if (from <= (until ?? now)) until = to
      else return until === undefined ? { open: false, changesAt: from } : { open: true, changesAt: until }
    }
  }
  const lasts = until !== undefined && until - now > (DAYS_AHEAD - 1) * 24 * 60 * MINUTE_MS
  return { open: until !== undefined, changesAt: lasts ? undefined : until }
}

/** Earliest first. */
function spansOf({ timeZone, week, closed = [] }: OpeningHours, day: Day): readonly Span[] {
  if (closed.some((days) => isWithin(day, days))) return []
  const name = WEEKDAYS[new Date(Date.UTC(day.year, day.month - 1, day.day)).getUTCDay()]
  const ranges = [(name && week[name]) ?? []].flat().flatMap((text) => readRange(text) ?? [])
  return ranges
    .map(({ from, to }) => ({
      from: instantOf(day, from, timeZone),
      to: instantOf(day, to > from ? to : to + 24 * 60, timeZone),
    }))
    .sort((a, b) => a.from - b.from)
}

/** Minutes since midnight. */
function readRange(text: string): Span | undefined {
  const [, fromHour, fromMinute, toHour, toMinute] = RANGE.exec(String(text).trim()) ?? []
  const from = Number(fromHour) * 60 + Number(fromMinute)
  const to = Number(toHour) * 60 + Number(toMinute)
  return from < 24 * 60 && to <= 24 * 60 ? { from, to } : undefined
}

function isWithin({ year, month, day }: Day, days: string): boolean {
  const [first = '', last = first] = days.split('/')
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
  return first <= date && date <= last
}

const two = (value: number) => String(value).padStart(2, '0')

function dayAt(now: number, timeZone: string): Day {
  const there = new Date(now + offsetAt(now, timeZone))
  return { year: there.getUTCFullYear(), month: there.getUTCMonth() + 1, day: there.getUTCDate() }
}

function daysLater({ year, month, day }: Day, days: number): Day {
  const date = new Date(Date.UTC(year, month - 1, day + days))
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

/**
 * When the clocks there show that time. A time that they skip is as much later as they were put forward; of one that they show twice, the
 * first.
 */
function instantOf({ year, month, day }: Day, minutes: number, timeZone: string): number {
  const shown = Date.UTC(year, month - 1, day) + minutes * MINUTE_MS
  // Before and after a change of the clocks, if there is one that day.
  const [first = 0, second = 0] = [-12, 12]
    .map((hours) => shown - offsetAt(shown + hours * 60 * MINUTE_MS, timeZone))
    .sort((a, b) => a - b)
  return first + offsetAt(first, timeZone) === shown ? first : second
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** How far the clocks there are ahead of UTC, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  let clock = clocks.get(timeZone)
  if (!clock) {
    const numeric = 'numeric'
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    })
    clocks.set(timeZone, clock)
  }
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}
