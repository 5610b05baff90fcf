import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { drawnOptions } from '../../src/options/drawn-options.ts'
import { type ResolvedOptions, resolveOptions } from '../../src/options/resolve-options.ts'
import { isSameChat } from '../../src/options/same-chat.ts'

const AGENT = { botId: '7300000000000000001', tokenUrl: '/t' } as const

const resolve = (options: object): ResolvedOptions => resolveOptions(drawnOptions(options, ''), () => {})

describe('the check of the options', () => {
  it.each([
    [{ tokenUrl: '/t' }, /^Set botId \(data-bot-id\)/],
    [{ appId: '1', tokenUrl: '/t' }, /^Set botId \(data-bot-id\)/],
    [{ botId: '1' }, /^Set tokenUrl \(data-token-url\)/],
    [{ ...AGENT, botId: 7300000000000000 }, /^botId \(data-bot-id\) must be the digits of an id as text/],
    [{ ...AGENT, botId: 'shop' }, /^botId \(data-bot-id\) must be the digits/],
    [{ ...AGENT, session: 'page' }, /^session \(data-session\) must be one of "tab", "device", not page\.$/],
    [{ ...AGENT, tokenUrl: 5 }, /^tokenUrl \(data-token-url\) must be text\.$/],
    [{ ...AGENT, userToken: 5 }, /^userToken \(data-user-token\) must be text or function\.$/],
    [{ ...AGENT, getToken: 'czs_' }, /^getToken \(data-get-token\) must be function\.$/],
    // Without it nobody would be asked, or a script run unchecked.
    [{ ...AGENT, consent: 5 }, /^consent \(data-consent\) must be text\.$/],
    [{ ...AGENT, sdkIntegrity: true }, /^sdkIntegrity \(data-sdk-integrity\) must be text\.$/],
    [{ ...AGENT, region: 'eu' }, /^region \(data-region\) must be one of "cn", "com", not eu\.$/],
    [{ ...AGENT, botId: '“7300000000000000001”' }, /, not “7300000000000000001”\.$/],
  ])('%o is refused with the cure', (options, message) => {
    expect(() => resolve(options)).toThrow(
      expect.objectContaining({ code: 'invalid_options', message: expect.stringMatching(message) }),
    )
  })

  it.each([{ token: 'czs_1' }, { tokenUrl: 'pat_0123456789' }, { tokenUrl: 'sat_0123456789' }])(
    'a token in the page is refused before anything else: %o',
    (options) => {
      expect(() => resolve({ session: 'page', ...options })).toThrow(
        expect.objectContaining({ code: 'insecure_token' }),
      )
    },
  )

  it.each([0, 8, 32, '0', '08', '32'])('radius %o is admitted', (radius) => {
    expect(resolve({ ...AGENT, radius }).radius).toBe(radius)
  })

  it.each([
    ['theme', ['drak', 5, {}], 'auto'],
    ['position', ['', 'top'], 'bottom-right'],
    ['steps', ['json'], 'names'],
    ['density', ['cozy', '', 'Compact', 1], 'comfortable'],
    ['radius', [-1, 33, 4.5, Number.NaN, '', '8px', '50%', 'round', ' 8', true]],
    ['launcherSize', [500, 43, 'large']],
    ['offsetX', [Number.NaN, Number.POSITIVE_INFINITY, '10', '10px'], 20],
    ['zIndex', ['10'], 2147483000],
    ['launcher', ['no', 0], true],
    ['title', [5, ['a'], { en: 5 }, () => {}]],
    ['greeting', [{ zh: ['a'] }, true]],
    ['suggestions', [5, { en: 5 }, [5], [null], [{ prompt: 'a' }]]],
    ['imageHosts', [5, [{ label: 'a' }]]],
    ['lang', [5, ['en']]],
    ['hours', ['9-5', [], true]],
    ['form', ['name', {}]],
    ['tools', ['{}', 5, []]],
    ['parameters', ['a=b']],
    ['customVariables', ['a=b']],
    ['metaData', [5]],
    ['sdkOptions', ['{}']],
    ['strings', ['{}', 5]],
    ['onSignIn', ['/login']],
    ['handoff', [5, ['a']]],
    ['teaser', [5]],
    ['hideOn', [5, {}]],
    ['allowInsecure', ['no'], false],
  ] as const)('%s of a wrong shape counts as not given, and is told: %o', (name, values, otherwise?: unknown) => {
    for (const value of values) {
      const faults: string[] = []
      const options = resolveOptions(drawnOptions({ ...AGENT, [name]: value }, ''), (fault) => faults.push(fault))
      expect([value, options[name], faults]).toEqual([value, otherwise, [name]])
    }
  })

  it.each(['-upload -voices', { upload: false, voices: false }])(
    'a feature that there is none of is told, and the others stay away: %o',
    (features) => {
      const faults: string[] = []
      const options = resolveOptions(drawnOptions({ ...AGENT, features }, ''), (fault) => faults.push(fault))
      expect([options.features.upload, options.features.voice, faults]).toEqual([false, true, ['features']])
    },
  )

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
    expect(resolve({ ...AGENT, font: '16px Inter' }).font).toBeUndefined()
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
