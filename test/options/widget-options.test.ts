import { describe, expect, it } from 'vitest'
import { drawnOptions } from '../../src/options/drawn-options.ts'
import { readAttributes } from '../../src/options/read-attributes.ts'
import { agentKey, isComplete } from '../../src/options/widget-options.ts'

describe('options by attribute', () => {
  it.each([
    ['officialFallback', 'false', false],
    ['inline', '', true],
    ['launcher', 'false', false],
    ['open', 'true', true],
    ['allowInsecure', 'allow-insecure', true],
    ['offsetX', '12', 12],
    ['offsetY', '-4', -4],
    ['zIndex', '10', 10],
    ['suggestions', 'One | Two', 'One | Two'],
    ['botId', '7300000000000000001', '7300000000000000001'],
    ['connectorId', '1024', '1024'],
    ['title', 'false', 'false'],
  ])('%s="%s"', (name, text, value) => {
    expect(readAttributes([[name, text]])).toEqual({ [name]: value })
  })

  it('carries names it does not know along, and never into a prototype', () => {
    expect(readAttributes([['somethingNew', 'x']])).toEqual({ somethingNew: 'x' })
    readAttributes([['__proto__', 'x']])
    expect(({} as { somethingNew?: string }).somethingNew).toBeUndefined()
  })
})

describe('the look', () => {
  it('has a default for everything the launcher needs, and undefined is no value', () => {
    expect(drawnOptions({ offsetX: undefined as unknown as number, theme: 'dark' }, '')).toEqual({
      lang: 'zh-CN',
      theme: 'dark',
      position: 'bottom-right',
      offsetX: 20,
      offsetY: 20,
      zIndex: 2147483000,
      inline: false,
      launcher: true,
      open: false,
      preload: true,
      teaserDelaySeconds: 5,
      movable: false,
      titleBadge: false,
      keepOpen: false,
      officialFallback: true,
      allowInsecure: false,
    })
  })

  it.each([
    [{}, 'fr', 'fr'],
    [{ region: 'com' }, '', 'en'],
    [{ region: 'cn' }, '', 'zh-CN'],
    [{ lang: 'de' }, 'fr', 'de'],
  ] as const)('%o on a page in "%s" speaks %s', (options, page, lang) => {
    expect(drawnOptions(options, page).lang).toBe(lang)
  })
})

it('an agent and a way to a token are enough to draw a launcher', () => {
  expect(isComplete({ botId: '1', tokenUrl: '/t' })).toBe(true)
  expect(isComplete({ appId: '1', workflowId: '2', getToken: () => 'czs_' })).toBe(true)
  expect(isComplete({ botId: '1' })).toBe(false)
  expect(isComplete({ tokenUrl: '/t' })).toBe(false)
})

it('two agents have two keys, and a chatflow has one of its own', () => {
  expect(agentKey({ botId: '1' })).toBe('1')
  expect(agentKey({ appId: '1', workflowId: '2' })).toBe('1/2')
})
