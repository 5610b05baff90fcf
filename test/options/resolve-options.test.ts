import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { drawnOptions } from '../../src/options/drawn-options.ts'
import { type ResolvedOptions, resolveOptions } from '../../src/options/resolve-options.ts'
import { isSameChat } from '../../src/options/same-chat.ts'

const AGENT = { botId: '7300000000000000001', tokenUrl: '/t' } as const

const resolve = (options: object, secure = true): ResolvedOptions =>
  resolveOptions(drawnOptions(options, ''), { secure })

describe('the check of the options', () => {
  it.each([
    [{ tokenUrl: '/t' }, /^Set botId \(data-bot-id\)/],
    [{ appId: '1', tokenUrl: '/t' }, /^Set botId \(data-bot-id\)/],
    [{ botId: '1' }, /^Set tokenUrl \(data-token-url\)/],
    [{ ...AGENT, botId: 7300000000000000 }, /^botId \(data-bot-id\) must be the digits of an id as text/],
    [{ ...AGENT, botId: 'shop' }, /^botId \(data-bot-id\) must be the digits/],
    [{ ...AGENT, session: 'page' }, /^session \(data-session\) must be one of "tab", "device"\.$/],
    [{ ...AGENT, position: '' }, /^position \(data-position\) must be one of "bottom-right", "bottom-left"\.$/],
    [{ ...AGENT, features: '-upload -voices' }, /^features \(data-features\) must be one of "upload", "voice",/],
    [{ ...AGENT, features: { uplaod: false } }, /^features \(data-features\) must be one of/],
    [{ ...AGENT, steps: 'json' }, /^steps \(data-steps\) must be one of "names", "full", "none"/],
    [{ ...AGENT, offsetX: Number.NaN }, /^offsetX \(data-offset-x\) must be a number\.$/],
    [{ ...AGENT, zIndex: '10' }, /^zIndex \(data-z-index\) must be a number\.$/],
  ])('%o is refused with the cure', (options, message) => {
    expect(() => resolve(options)).toThrow(
      expect.objectContaining({ code: 'invalid_options', message: expect.stringMatching(message) }),
    )
  })

  it.each([{ token: 'czs_1' }, { tokenUrl: 'pat_0123456789' }, { tokenUrl: 'sat_0123456789' }])(
    'a token in the page is refused before anything else: %o',
    (options) => {
      expect(() => resolve({ theme: 'pink', ...options })).toThrow(expect.objectContaining({ code: 'insecure_token' }))
    },
  )

  it.each([
    [{ user: 'required' }, false],
    [{ userToken: 'a.b.c' }, false],
    [{ user: 'required', allowInsecure: true }, true],
    [{ user: 'auto' }, true],
  ])('on plain http, %o is admitted: %o', (options, admitted) => {
    const outcome = () => resolve({ ...AGENT, ...options }, false)
    if (admitted) expect(outcome).not.toThrow()
    else expect(outcome).toThrow(expect.objectContaining({ code: 'insecure_context' }))
  })

  it.each([0, 8, 32, '0', '08', '32'])('radius %o is admitted', (radius) => {
    expect(resolve({ ...AGENT, radius }).radius).toBe(radius)
  })

  it.each([-1, 33, 4.5, Number.NaN, '', '8px', '50%', 'round', ' 8', true])('radius %o is refused', (radius) => {
    expect(() => resolve({ ...AGENT, radius })).toThrow(
      expect.objectContaining({
        code: 'invalid_options',
        message: 'radius (data-radius) must be a number of pixels from 0 to 32.',
      }),
    )
  })

  it.each(['cozy', '', 'Compact', 1])('density %o is refused', (density) => {
    expect(() => resolve({ ...AGENT, density })).toThrow(
      'density (data-density) must be one of "comfortable", "compact".',
    )
  })

  it('null is no value', () => {
    expect(() =>
      resolve({
        ...AGENT,
        theme: null,
        offsetX: null,
        features: null,
        title: null,
        handoff: null,
        radius: null,
        density: null,
        font: null,
      }),
    ).not.toThrow()
  })
})

describe('the check of the font', () => {
  const supports = vi.fn()
  beforeEach(() => void vi.stubGlobal('CSS', { supports }))
  afterEach(() => void supports.mockReset())

  it('is that of CSS, in which no list has `inherit`', () => {
    supports.mockReturnValue(true)
    expect(resolve({ ...AGENT, font: 'Inter' }).font).toBe('Inter')
    expect(supports).toHaveBeenCalledWith('font-family', 'Inter, a')
    supports.mockReturnValue(false)
    expect(() => resolve({ ...AGENT, font: '16px Inter' })).toThrow(
      'font (data-font) must be a font-family as in CSS, such as "Inter, sans-serif".',
    )
  })

  it('is left out where there is no CSS', () => {
    vi.stubGlobal('CSS', undefined)
    expect(resolve({ ...AGENT, font: '16px Inter' }).font).toBe('16px Inter')
  })
})

describe('options after the check', () => {
  it('have all defaults, and cannot be written to', () => {
    const options = resolve(AGENT)
    expect(options).toMatchObject({
      ...AGENT,
      ui: 'official',
      officialFallback: true,
      session: 'tab',
      user: 'auto',
      tokenField: 'session_id',
      connectorId: '999',
      theme: 'auto',
      density: 'comfortable',
    })
    expect(Object.isFrozen(options)).toBe(true)
    expect(Object.getPrototypeOf(options)).toBeNull()
  })
})

describe('another chat', () => {
  it.each([
    [{ botId: '2' }, false],
    [{ session: 'device' }, false],
    [{ parameters: {} }, false],
    [
      {
        title: 'Help',
        theme: 'dark',
        radius: 4,
        density: 'compact',
        font: 'Inter',
        teaser: 'Hi',
        userToken: 'a.b.c',
        sdkUrl: '/sdk.js',
      },
      true,
    ],
  ])('%o is the same chat: %o', (changes, same) => {
    expect(isSameChat(resolve(AGENT), resolve({ ...AGENT, ...changes }))).toBe(same)
  })
})
