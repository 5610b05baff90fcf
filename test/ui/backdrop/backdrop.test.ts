// @vitest-environment happy-dom
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { ChatState } from '../../../src/chat/chat-state.ts'
import { closeTestPanels, openTestPanel, type PanelProps, ready } from '../../support/test-panel.ts'

afterEach(closeTestPanels)

const agent = ready.agent && {
  ...ready.agent,
  background: { wide: 'https://x.test/wide', narrow: 'https://x.test/narrow' },
}

async function show(props: Partial<PanelProps>, state: Partial<ChatState> = { ...ready, agent }) {
  const panel = await openTestPanel(state, props)
  await panel.settle()
  const picture = () => panel.root.querySelector<HTMLImageElement>('.backdrop')
  return { panel, picture }
}

const picture = async (...args: Parameters<typeof show>) => (await show(...args)).picture()

describe('the picture behind the conversation', () => {
  it('is not there unless the owner wants it, whatever the agent has', async () => {
    expect(await picture({})).toBeNull()
  })

  it('is the agent’s, as wide or as narrow as the place', async () => {
    expect((await picture({ background: 'agent' }))?.src).toBe('https://x.test/narrow')
    expect((await picture({ background: 'agent', layout: 'inline' }))?.src).toBe('https://x.test/wide')
    expect(await picture({ background: 'agent' }, { ...ready, agent: ready.agent })).toBeNull()
  })

  it('is the owner’s own, is nothing to a screen reader, and goes when it cannot be shown', async () => {
    const { panel, picture: own } = await show({ background: '/own.jpg' })
    expect([own()?.getAttribute('src'), own()?.alt]).toEqual(['/own.jpg', ''])
    own()?.dispatchEvent(new Event('error'))
    await panel.settle()
    expect(own()).toBeNull()
  })
})

/** Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

const mix = (over: string, under: string, strength: number) =>
  `#${[1, 3, 5]
    .map((at) => [over, under].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number])
    .map(([a, b]) =>
      Math.round(a * strength + b * (1 - strength))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`

const contrast = (one: string, other: string) => {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** Of the light look and then of the dark one, as six digits. */
function coloursOf(name: string): readonly string[] {
  const sheet = readFileSync('src/ui/theme/tokens.css', 'utf8')
  return [...sheet.matchAll(new RegExp(`--${name}:[^;]*?#(\\w+)`, 'g'))].map(([, digits = '']) =>
    digits.length === 3 ? `#${digits.replace(/./g, '$&$&')}` : `#${digits}`,
  )
}

it.each(['light', 'dark'])('in the %s look every text on it passes 4.5:1, whatever the picture shows', (look) => {
  const of = (name: string) => coloursOf(name)[look === 'light' ? 0 : 1] ?? ''
  const surface = of('surface')
  const texts = [of('text'), of('muted'), of('danger')]
  expect([surface, ...texts]).toEqual(Array.from({ length: 4 }, () => expect.stringMatching(/^#[0-9a-f]{6}$/)))
  for (const picture of ['#000000', '#ffffff', '#ff0000', '#00ff00', '#0000ff']) {
    for (const text of texts) {
      expect(contrast(text, mix(picture, surface, 0.1)), `${text} over ${picture}`).toBeGreaterThanOrEqual(4.5)
    }
  }
})
