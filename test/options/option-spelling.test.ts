import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createHeadlessChat } from '../../src/headless.ts'
import { drawnOptions } from '../../src/options/drawn-options.ts'
import { meantOption, tellMisspelt } from '../../src/options/option-spelling.ts'
import { OPTIONS } from '../../src/options/option-table.ts'
import { checkOptions, hasUnknownNames } from '../../src/widget/check-options.ts'

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
    vi.stubGlobal('isSecureContext', true)
    vi.spyOn(console, 'warn').mockImplementation((text) => void said.push(String(text)))
  })

  const resolve = (options: object) => checkOptions(drawnOptions(options, 'en'))

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

  it('is told to those who draw the chat themselves, too', () => {
    expect(() => createHeadlessChat({ botid: '1', tokenUrl: '/t' } as object)).toThrow('Set botId')
    expect(said).toEqual(['[coze-chat-widget] botid (data-botid) is no option: did you mean botId (data-bot-id)?'])
  })

  it('is looked for only where a name is none of ours', () => {
    expect(hasUnknownNames(drawnOptions({ ...AGENT, apiBase: 'https://x', theme: 'dark' }, 'en'))).toBe(false)
    expect(hasUnknownNames({ ...AGENT, titel: 'Help' })).toBe(true)
    expect(hasUnknownNames({ constructor: '1' })).toBe(true)
  })

  it('says nothing of our own names, nor of those that are for somebody else', () => {
    tellMisspelt({ ...OPTIONS, cfasync: 'false', turboTrack: 'reload' })
    expect(said).toEqual([])
  })
})
