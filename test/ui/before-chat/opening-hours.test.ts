import { describe, expect, it } from 'vitest'
import type { OpeningHours } from '../../../src/options/widget-options.ts'
import { awayText } from '../../../src/ui/before-chat/away-text.ts'
import { hoursFault, openingAt } from '../../../src/ui/before-chat/opening-hours.ts'

const workdays = (ranges: string | string[]) => ({ mon: ranges, tue: ranges, wed: ranges, thu: ranges, fri: ranges })
const berlin: OpeningHours = { timeZone: 'Europe/Berlin', week: workdays('09:00-17:00') }
const shanghai: OpeningHours = {
  timeZone: 'Asia/Shanghai',
  week: { ...workdays(['09:00-12:00', '13:30-18:00']), sat: '10:00-16:00' },
}
const nights: OpeningHours = { timeZone: 'Europe/Berlin', week: { fri: '22:00-04:00', sat: '22:00-04:00' } }
const always: OpeningHours = {
  timeZone: 'America/New_York',
  week: { ...workdays('00:00-24:00'), sat: '00:00-24:00', sun: '00:00-24:00' },
}
const early: OpeningHours = { timeZone: 'Europe/Berlin', week: { sun: '02:30-05:00' } }

const at = (text: string) => Date.parse(text)
const shown = (hours: OpeningHours, now: string) => {
  const { open, changesAt } = openingAt(hours, at(now))
  return `${open ? 'open' : 'closed'} until ${changesAt === undefined ? 'further notice' : new Date(changesAt).toISOString()}`
}

describe('opening hours', () => {
  it.each<[what: string, hours: OpeningHours, now: string, wanted: string]>([
    ['in the morning before', berlin, '2026-11-30T07:59:59Z', 'closed until 2026-11-30T08:00:00.000Z'],
    ['the first moment', berlin, '2026-11-30T08:00:00Z', 'open until 2026-11-30T16:00:00.000Z'],
    ['the last moment', berlin, '2026-11-30T15:59:59Z', 'open until 2026-11-30T16:00:00.000Z'],
    ['the end', berlin, '2026-11-30T16:00:00Z', 'closed until 2026-12-01T08:00:00.000Z'],
    ['over a weekend', berlin, '2026-12-04T20:00:00Z', 'closed until 2026-12-07T08:00:00.000Z'],
    ['a lunch break', shanghai, '2026-11-30T04:30:00Z', 'closed until 2026-11-30T05:30:00.000Z'],
    ['after lunch', shanghai, '2026-11-30T05:30:00Z', 'open until 2026-11-30T10:00:00.000Z'],
    ['the day there, not here', shanghai, '2026-11-29T23:00:00Z', 'closed until 2026-11-30T01:00:00.000Z'],
    ['a night that ends on the next day', nights, '2026-12-05T02:00:00Z', 'open until 2026-12-05T03:00:00.000Z'],
    ['all days and nights', always, '2026-11-30T12:00:00Z', 'open until further notice'],
    ['no hours at all', { timeZone: 'UTC', week: {} }, '2026-11-30T12:00:00Z', 'closed until further notice'],
    // Germany: on 29 March 2026 clocks go from 2 to 3, on 25 October from 3 back to 2.
    ['the Friday before summer time', berlin, '2026-03-27T17:00:00Z', 'closed until 2026-03-30T07:00:00.000Z'],
    ['the Friday before winter time', berlin, '2026-10-23T17:00:00Z', 'closed until 2026-10-26T08:00:00.000Z'],
    ['the night that loses an hour', nights, '2026-03-29T00:30:00Z', 'open until 2026-03-29T02:00:00.000Z'],
    ['the night that wins an hour', nights, '2026-10-25T00:30:00Z', 'open until 2026-10-25T03:00:00.000Z'],
    [
      'a time that is skipped comes as much later',
      early,
      '2026-03-28T12:00:00Z',
      'closed until 2026-03-29T01:30:00.000Z',
    ],
    ['of a time that comes twice the first', early, '2026-10-24T12:00:00Z', 'closed until 2026-10-25T00:30:00.000Z'],
    // New York: 8 March and 1 November 2026. Lord Howe moves by half an hour, Kathmandu is 5:45 ahead.
    [
      'half an hour of summer time',
      { timeZone: 'Australia/Lord_Howe', week: { sun: '09:00-10:00' } },
      '2026-10-03T12:00:00Z',
      'closed until 2026-10-03T22:00:00.000Z',
    ],
    [
      'quarters of an hour',
      { timeZone: 'Asia/Kathmandu', week: { mon: '09:00-10:00' } },
      '2026-11-30T00:00:00Z',
      'closed until 2026-11-30T03:15:00.000Z',
    ],
  ])('%s', (_, hours, now, wanted) => {
    expect(shown(hours, now)).toBe(wanted)
  })

  it('leaves out days that are closed, one or several, and lets a night before them end', () => {
    const holidays = { ...berlin, closed: ['2026-12-24/2026-12-26', '2026-12-28'] }
    expect(shown(holidays, '2026-12-24T10:00:00Z')).toBe('closed until 2026-12-29T08:00:00.000Z')
    expect(shown({ ...nights, closed: ['2026-12-05'] }, '2026-12-05T01:00:00Z')).toBe(
      'open until 2026-12-05T03:00:00.000Z',
    )
  })

  it('that touch are one', () => {
    const split = { timeZone: 'UTC', week: { mon: ['12:00-18:00', '08:00-12:00'] } }
    expect(shown(split, '2026-11-30T09:00:00Z')).toBe('open until 2026-11-30T18:00:00.000Z')
  })

  it.each<[hours: unknown, fault: string | undefined]>([
    [berlin, undefined],
    [{ ...berlin, closed: ['2026-12-25'] }, undefined],
    [{ ...berlin, week: { mon: '09：00－17：30' } }, undefined],
    [{ ...berlin, week: { mon: '09:00～17:30' } }, undefined],
    [{ ...berlin, timeZone: 'Berlin' }, 'no time zone'],
    [{ ...berlin, week: { montag: '09:00-17:00' } }, 'no day'],
    [{ ...berlin, week: { mon: '9 to 5' } }, 'no range'],
    [{ ...berlin, week: { mon: '25:00-26:00' } }, 'no range'],
    [{ ...berlin, closed: ['25.12.2026'] }, 'no date'],
    [{ ...berlin, closed: '2026-12-25' }, 'hours.closed must be a list'],
    [{ ...berlin, week: undefined }, 'hours.week must be an object'],
    [{ ...berlin, week: null }, 'hours.week must be an object'],
    [{ ...berlin, week: ['09:00-17:00'] }, 'hours.week must be an object'],
    [{ ...berlin, timeZone: undefined }, 'hours.timeZone must be the name'],
    [{ ...berlin, away: 5 }, 'hours.away must be text'],
  ])('the owner reads what is wrong with %j', (hours, fault) => {
    const found = hoursFault(hours as OpeningHours)
    if (fault === undefined) expect(found).toBeUndefined()
    else expect(found).toContain(fault)
  })
})

describe('what is said outside of them', () => {
  const words = { away: 'Away.', awayUntil: 'Away. Back: {time}' }
  const reader = { lang: 'en-GB', timeZone: 'Europe/Berlin' }
  const text = (hours: OpeningHours, now: string, lang = 'en-GB') =>
    awayText(hours, at(now), words, { ...reader, lang })?.replace(/\b9:00/, '09:00')

  it.each<[now: string, text: string | undefined]>([
    ['2026-11-30T12:00:00Z', undefined],
    ['2026-11-30T07:00:00Z', 'Away. Back: 09:00'],
    ['2026-11-30T18:00:00Z', 'Away. Back: Tuesday 09:00'],
    ['2026-12-04T18:00:00Z', 'Away. Back: Monday 09:00'],
  ])('%s: %s', (now, wanted) => {
    expect(text(berlin, now)?.replace(' at ', ' ').replace(',', '')).toBe(wanted)
  })

  it('names the date when that is far off, and no time where there is none', () => {
    expect(text({ ...berlin, closed: ['2026-12-01/2026-12-31'] }, '2026-11-30T18:00:00Z')).toContain('1 January')
    expect(text({ timeZone: 'UTC', week: {} }, '2026-11-30T18:00:00Z')).toBe('Away.')
  })

  it("is the owner's where they have words, in the visitor's language; a tag that is none breaks nothing", () => {
    const own = { ...berlin, away: { en: 'See you {time}!', zh: '{time}再见！' } }
    expect(text(own, '2026-11-30T07:00:00Z')).toBe('See you 09:00!')
    expect(text(own, '2026-11-30T07:00:00Z', 'zh-CN')).toBe('09:00再见！')
    expect(text(own, '2026-11-30T07:00:00Z', '!')).toMatch(/^See you/)
  })
})
