import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AssistantMessage } from '../../src/chat/chat-state.ts'
import type { HeadlessChat } from '../../src/headless.ts'
import { recordStates } from '../support/state-history.ts'
import { keptBy, letRun, type Stack, startStack, texts } from './stack.ts'

let stack: Stack
beforeEach(async () => {
  stack = await startStack()
})
afterEach(() => stack.close())

const answerOf = ({ store }: HeadlessChat) =>
  store.getState().messages.find((message): message is AssistantMessage => message.role === 'assistant')

describe('F39: an answer that is cut off', () => {
  it.each(['reset', 'close', 'half-event', 'hang'] as const)(
    '%s: never shown as finished, then completed from the list; the question is asked once',
    async (how) => {
      stack.simulator.setKnobs({ cut: { afterDeltas: 3, how } })
      const chat = stack.visit()
      await chat.store.open()
      const history = recordStates(chat.store)
      await letRun(stack, chat.store.send('/markdown'), how === 'hang' ? 5_000 : 500)
      const [answer] = keptBy(stack).filter(({ type }) => type === 'answer')
      expect(answer?.text.length).toBeGreaterThan(100)
      expect(answerOf(chat)).toMatchObject({ status: 'complete', text: answer?.text })
      const finishedEarly = history.states.some(({ messages }) =>
        messages.some(
          (message) => message.role === 'assistant' && message.status === 'complete' && message.text !== answer?.text,
        ),
      )
      expect(finishedEarly).toBe(false)
      expect(
        history.path(({ messages }) => messages.find(({ role }) => role === 'assistant')?.status).filter(Boolean),
      ).toEqual(['streaming', 'interrupted', 'complete'])
      expect(stack.simulator.requests.filter(({ path }) => path === '/v3/chat')).toHaveLength(1)
    },
  )

  it('cut for each of twenty questions in a row, no answer is lost, doubled or out of order', async () => {
    const chat = stack.visit()
    await chat.store.open()
    for (let i = 0; i < 20; i++) {
      stack.simulator.setKnobs({ cut: i % 2 ? { afterDeltas: i % 7, how: i % 4 ? 'reset' : 'half-event' } : null })
      await letRun(stack, chat.store.send(`echo 第${i}个`))
    }
    const kept = keptBy(stack).filter(({ role, type }) => role === 'user' || type === 'answer')
    expect(kept).toHaveLength(40)
    expect(texts(chat)).toEqual(kept.map(({ text }) => text))
    expect(chat.store.getState().messages.every(({ status }) => status === 'sent' || status === 'complete')).toBe(true)
  })

  it('cut, and the page is closed: the next load picks the answer up', async () => {
    stack.simulator.setKnobs({ cut: { afterDeltas: 3 } })
    const tab = stack.openTab()
    const chat = stack.visit(tab)
    await chat.store.open()
    const sent = chat.store.send('/markdown')
    await new Promise<void>((resolve) => {
      const stop = chat.store.subscribe(() => {
        if (answerOf(chat)?.status !== 'interrupted') return
        stop()
        resolve()
      })
    })
    chat.destroy()
    await sent
    const again = stack.visit(tab)
    await letRun(stack, again.store.open())
    const [answer] = keptBy(stack).filter(({ type }) => type === 'answer')
    expect(answerOf(again)).toMatchObject({ status: 'complete', text: answer?.text })
  })

  it('F47: a question whose answer never began is at the server once', async () => {
    const chat = stack.visit()
    await chat.store.open()
    stack.simulator.setKnobs({ cut: { afterDeltas: 0, how: 'reset' } })
    await letRun(stack, chat.store.send('我叫张三'))
    expect(keptBy(stack).filter(({ role }) => role === 'user')).toHaveLength(1)
    expect(answerOf(chat)?.status).toBe('complete')
  })
})
