import { beforeEach, describe, expect, it, vi } from 'vitest'
import { meantOption } from '../src/option-spelling.ts'
import { drawnOptions } from '../src/options.ts'
import { resolveOptions } from '../src/resolve-options.ts'

const AGENT = { botId: '1', tokenUrl: '/t', ui: 'light' } as const

/** As soon as it holds, however busy the machine is. */
const soon = (check: () => void) => vi.waitFor(check, 10_000)

describe('the option that was meant', () => {
  it.each([
    ['botDi', 'botId'],
    ['bot', undefined],
    ['botid', 'botId'],
    ['tokenURL', 'tokenUrl'],
    ['tokenUlr', 'tokenUrl'],
    ['acent', 'accent'],
    ['postion', 'position'],
    ['iu', undefined],
    ['opne', undefined],
    ['opens', 'open'],
    ['moveable', 'movable'],
    ['offsetx', 'offsetX'],
    ['placeHolder', 'placeholder'],
    ['imageHost', 'imageHosts'],
    ['botId', undefined],
    ['cfasync', undefined],
    ['turboTrack', undefined],
    ['domain', undefined],
    ['cookieconsent', undefined],
    ['role', undefined],
    ['tabindex', undefined],
  ])('%s: %s', (name, meant) => {
    expect(meantOption(name)).toBe(meant)
  })
})

describe('a misspelt option', () => {
  let said: string[] = []

  beforeEach(() => {
    said = []
    vi.spyOn(console, 'warn').mockImplementation((text) => void said.push(String(text)))
  })

  const resolve = (options: object) => resolveOptions(drawnOptions(options, 'en'), { secure: true })

  it('is told once, with the name it should have, in both ways to write it', async () => {
    resolve({ ...AGENT, titel: 'Help' })
    resolve({ ...AGENT, titel: 'Help' })
    await soon(() =>
      expect(said).toEqual(['[coze-chat-widget] titel (data-titel) is no option: did you mean title (data-title)?']),
    )
  })

  it('that is missed by the check is told beside the refusal', async () => {
    expect(() => resolve({ botDi: '1', tokenUrl: '/t' })).toThrow('Set botId')
    await soon(() => expect(said.join()).toContain('did you mean botId (data-bot-id)?'))
  })

  it('costs a page that sets an agent and a token endpoint nothing', async () => {
    vi.resetModules()
    const { resolveOptions } = await import('../src/resolve-options.ts')
    const resolve = (options: object) => resolveOptions(drawnOptions(options, 'en'), { secure: true })
    const looked = vi.fn()
    vi.doMock('../src/option-spelling.ts', () => ({ tellMisspelt: looked }))
    resolve({ ...AGENT, apiBase: 'https://x', theme: 'dark' })
    await new Promise((done) => setTimeout(done, 20))
    expect(looked).not.toHaveBeenCalled()
    resolve({ ...AGENT, title: 'Help' })
    await soon(() => expect(looked).toHaveBeenCalledTimes(1))
    vi.doUnmock('../src/option-spelling.ts')
  })
})
