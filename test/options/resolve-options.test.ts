import { describe, expect, it } from 'vitest'
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

  it('null is no value', () => {
    expect(() =>
      resolve({ ...AGENT, theme: null, offsetX: null, features: null, title: null, handoff: null }),
    ).not.toThrow()
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
      region: 'cn',
      connectorId: '999',
      apiBase: 'https://api.coze.cn',
      theme: 'auto',
    })
    expect(Object.isFrozen(options)).toBe(true)
    expect(Object.getPrototypeOf(options)).toBeNull()
  })

  it.each([
    [{ region: 'com' }, 'https://api.coze.com'],
    [{ apiBase: '/api/coze//' }, '/api/coze'],
  ])('%o talks to %s', (options, apiBase) => {
    expect(resolve({ ...AGENT, ...options }).apiBase).toBe(apiBase)
  })
})

describe('another chat', () => {
  it.each([
    [{ botId: '2' }, false],
    [{ session: 'device' }, false],
    [{ parameters: {} }, false],
    [{ title: 'Help', theme: 'dark', teaser: 'Hi', userToken: 'a.b.c', sdkUrl: '/sdk.js' }, true],
  ])('%o is the same chat: %o', (changes, same) => {
    expect(isSameChat(resolve(AGENT), resolve({ ...AGENT, ...changes }))).toBe(same)
  })
})
