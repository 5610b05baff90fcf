// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLoadedPart, type Part } from '../../src/platform/part.ts'
import type { MarkdownPart, Parts } from '../../src/ui/parts.ts'
import { panelParts } from '../../src/widget/load.ts'
import { assistantMessage, userMessage } from '../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, ready } from '../support/test-panel.ts'

afterEach(closeTestPanels)

const question = userMessage({ key: 'u', text: 'What now?' })
const answer = (key: string) => assistantMessage({ key, id: key, text: 'Wait and **see**.' })

/** The Markdown view behind a network that fails as often as it is told to. */
function failingMarkdown(failures: number): { parts: Parts; attempts: () => number } {
  let attempts = 0
  let loaded: MarkdownPart | undefined
  const markdown: Part<MarkdownPart> = {
    get loaded() {
      return loaded
    },
    async load() {
      if (attempts++ < failures) throw new TypeError('Failed to fetch')
      loaded = await panelParts.markdown.load()
      return loaded
    },
  }
  return { parts: { ...panelParts, markdown }, attempts: () => attempts }
}

it('a Markdown view that cannot be loaded costs only itself: the words are there as they were written', async () => {
  const { parts, attempts } = failingMarkdown(1)
  const panel = await openTestPanel({ ...ready, messages: [question, answer('a')] }, { parts })
  await panel.settle()
  expect(attempts()).toBe(1)
  expect(panel.find('.message.assistant:not(.greeting) .markdown').textContent).toBe('Wait and **see**.')
  panel.type('hello')
  await panel.settle()
  panel.press('Enter')
  expect(panel.store.calls.map(([name]) => name)).toEqual(['send'])
})

it('a Markdown view that could not be loaded is asked for again by the next message', async () => {
  const { parts } = failingMarkdown(1)
  const panel = await openTestPanel({ ...ready, messages: [question, answer('a')] }, { parts })
  panel.store.set({ messages: [question, answer('a'), { ...question, key: 'u2' }, answer('b')] })
  await vi.waitFor(async () => {
    await panel.settle()
    expect(panel.root.querySelectorAll('strong').length).toBeGreaterThan(0)
  })
})

it('a list of conversations that could not be loaded is loaded when it is opened again', async () => {
  let attempts = 0
  const conversations = {
    loaded: undefined,
    load: async () => {
      attempts++
      throw new TypeError('Failed to fetch')
    },
  }
  const panel = await openTestPanel(ready, { parts: { ...panelParts, conversations } })
  for (const openings of [1, 2]) {
    panel.button('Conversations').click()
    await panel.settle()
    expect(attempts).toBe(openings)
  }
})

/** A part behind a network that always fails. */
const unreachable = {
  loaded: undefined,
  load: async () => {
    throw new TypeError('Failed to fetch')
  },
}

it('a problem is told in words, with a button that tries again, even when the words for it cannot be loaded', async () => {
  const failed = userMessage({ key: 'u', text: 'Hi', status: 'failed', problem: { code: 'network', retryable: true } })
  const panel = await openTestPanel(
    { ...ready, messages: [failed] },
    { parts: { ...panelParts, problems: unreachable } },
  )
  await panel.settle()
  expect(panel.find('.message.user').textContent).toContain('The connection failed. Nothing you wrote is lost.')
  panel.button('Try again').click()
  expect(panel.store.calls).toEqual([['retry', 'u']])
})

it('a question stays where it is when the editor for it cannot be loaded', async () => {
  const panel = await openTestPanel(
    { ...ready, messages: [question, answer('a')] },
    { parts: { ...panelParts, messageActions: unreachable } },
  )
  panel.button('Edit').click()
  await panel.settle()
  expect(panel.find('.bubble').textContent).toContain('What now?')
})

it('a question that waits can be taken back without any further file', async () => {
  const waiting = userMessage({ key: 'w', text: 'And then?', status: 'queued' })
  const panel = await openTestPanel(
    { ...ready, messages: [waiting] },
    { parts: { ...panelParts, messageActions: unreachable } },
  )
  panel.button('Edit').click()
  await panel.settle()
  expect(panel.store.calls.map(([name]) => name)).toEqual(['withdraw'])
})

describe('F98: a part that throws while it is drawn', () => {
  const broken = () => {
    throw new TypeError('URL.canParse is not a function')
  }

  it('costs itself alone: the words are there as they were written, and the chat goes on', async () => {
    const markdown = createLoadedPart({ MarkdownText: broken, ReadingPosition: broken, spokenText: broken })
    const steps = createLoadedPart({ ReasoningAndSteps: broken })
    const step = { id: 's1', kind: 'tool', title: '', input: undefined, output: undefined, status: 'done' } as const
    const messages = [question, { ...answer('a'), steps: [step] }]
    const panel = await openTestPanel({ ...ready, messages }, { parts: { ...panelParts, markdown, steps } })
    await panel.settle()
    expect(panel.find('.message.assistant:not(.greeting)').textContent).toContain('Wait and **see**.')
    panel.store.set({ messages: [...messages, { ...question, key: 'u2' }, answer('b')] })
    await panel.settle()
    expect(panel.root.querySelectorAll('.message.assistant:not(.greeting)').length).toBe(2)
    panel.type('hello')
    await panel.settle()
    panel.press('Enter')
    expect(panel.store.calls.map(([name]) => name)).toEqual(['send'])
  })
})
