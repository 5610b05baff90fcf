import { describe, expect, it } from 'vitest'
import { isWanted } from '../../../../src/element/launcher/address-patterns.ts'
import {
  isDue,
  isReached,
  type Seen,
  type Teaser,
  teasersOf,
} from '../../../../src/element/launcher/teasers/teaser-rules.ts'

const at = (address: string, isPhone = false) => ({ address, isPhone })

describe('addresses', () => {
  it.each<[pattern: string, address: string, fits: boolean]>([
    ['/', '/', true],
    ['/', '/shoes', false],
    ['/checkout', '/checkout', true],
    ['/checkout', '/checkout/', true],
    ['/checkout/', '/checkout', true],
    ['/checkout', '/checkout/pay', false],
    ['/checkout*', '/checkout/pay', true],
    ['/checkout/*', '/checkout/pay?step=2#card', true],
    ['/checkout/*', '/checkouts', false],
    ['*/help', '/en/help', true],
    ['/a.b', '/axb', false],
    ['/search?q=*', '/search?q=shoes', true],
    ['/search?q=*', '/search', false],
    ['*#chat', '/any?x=1#chat', true],
    ['*#chat', '/any?x=1#top', false],
    [' /shoes ', '/shoes', true],
    ['/(', '/(', true],
    ['/*', '/line\nbreak', true],
  ])('%s and %s: %s', (pattern, address, fits) => {
    expect(isWanted({ showOn: [pattern, '/nowhere'] }, at(address))).toBe(fits)
    expect(isWanted({ hideOn: [pattern] }, at(address))).toBe(!fits)
  })

  it('and the kind of screen: hideOn has the last word', () => {
    expect(isWanted({}, at('/'))).toBe(true)
    expect(isWanted({ showOn: [] }, at('/'))).toBe(true)
    expect(isWanted({ showOn: [''] }, at('/'))).toBe(true)
    expect(isWanted({ hideOn: ['phone'] }, at('/', true))).toBe(false)
    expect(isWanted({ hideOn: '/checkout/* ｜ phone' }, at('/checkout/pay'))).toBe(false)
    expect(isWanted({ hideOn: ['phone'] }, at('/'))).toBe(true)
    expect(isWanted({ showOn: ['phone'] }, at('/'))).toBe(false)
    expect(isWanted({ showOn: ['/shoes*'], hideOn: ['/shoes/old'] }, at('/shoes/old'))).toBe(false)
  })
})

const NOW = 1_790_000_000_000
const HOUR = 3_600_000
const never: Seen = { inThisTab: false, isDone: false }
const teaser = (part: Partial<Teaser> = {}): Teaser => ({ text: 'Hi', delaySeconds: 5, howOften: 'visit', ...part })

describe('how often', () => {
  it.each<[howOften: Teaser['howOften'], seen: Partial<Seen>, due: boolean]>([
    ['always', { inThisTab: true, shownAt: NOW, isDone: true }, true],
    ['visit', {}, true],
    ['visit', { inThisTab: true }, false],
    ['visit', { shownAt: NOW - HOUR }, true],
    ['day', {}, true],
    ['day', { shownAt: NOW - 23 * HOUR }, false],
    ['day', { shownAt: NOW - 24 * HOUR }, true],
    // The clock was put back by a month: a day has passed all the same.
    ['day', { shownAt: NOW + 30 * 24 * HOUR }, true],
    ['week', { shownAt: NOW - 6 * 24 * HOUR }, false],
    ['week', { shownAt: NOW - 7 * 24 * HOUR }, true],
    ['once', {}, true],
    ['once', { shownAt: NOW - 9999 * HOUR }, false],
    ['until-seen', { inThisTab: true, shownAt: NOW }, true],
    ['until-seen', { isDone: true }, false],
  ])('%s, %j: %s', (howOften, seen, due) => {
    expect(isDue(teaser({ howOften }), { ...never, ...seen }, at('/'), NOW)).toBe(due)
  })

  it('only where it is wanted', () => {
    expect(isDue(teaser({ showOn: ['/shoes/*'] }), never, at('/'), NOW)).toBe(false)
    expect(isDue(teaser({ hideOn: ['phone'] }), never, at('/', true), NOW)).toBe(false)
  })
})

describe('when', () => {
  it.each<[part: Partial<Teaser>, seconds: number, scrolledPercent: number, isLeaving: boolean, reached: boolean]>([
    [{}, 4.9, 100, true, false],
    [{}, 5, 0, false, true],
    [{ delaySeconds: 0 }, 0, 0, false, true],
    [{ scrolledPercent: 50 }, 60, 49, false, false],
    [{ scrolledPercent: 50 }, 60, 50, false, true],
    [{ exitIntent: true }, 60, 0, false, false],
    [{ exitIntent: true }, 60, 0, true, true],
    [{ exitIntent: true, scrolledPercent: 10 }, 60, 0, true, false],
  ])('%j after %d s, %d %% scrolled, leaving %s: %s', (part, seconds, scrolledPercent, isLeaving, reached) => {
    expect(isReached(teaser(part), { seconds, scrolledPercent, isLeaving })).toBe(reached)
  })
})

describe('the rules', () => {
  it('have defaults, and those without words are left out', () => {
    const found = teasersOf(
      { teaser: [{ text: { en: 'One', zh: '一' } }, { text: '' }], teaserDelaySeconds: 9 },
      (text) => (typeof text === 'string' ? text : (text['en'] ?? '')),
    )
    expect(found).toEqual([{ text: 'One', delaySeconds: 9, howOften: 'visit' }])
  })

  it('of a text alone: until the visitor has seen to it', () => {
    const old = { text: 'Old', delaySeconds: 9, howOften: 'until-seen' }
    expect(teasersOf({ teaser: 'Old', teaserDelaySeconds: 9 }, String)).toEqual([old])
    expect(teasersOf({ teaserDelaySeconds: 9 }, String)).toEqual([])
  })
})
