import { beforeAll, describe, expect, it } from 'vitest'
import type { ChatState } from '../../src/chat/chat-state.ts'
import { type ChatStore, createChatStore } from '../../src/chat/chat-store.ts'
import { createCozeTransport } from '../../src/coze/coze-transport.ts'
import {
  type CozeSimulator,
  createCozeSimulator,
  SIMULATOR_IDS,
  type SimulatorKnobsInput,
} from '../../src/simulator/index.ts'
import { bundledParts } from '../../src/widget/bundled-parts.ts'
import { createFakeClock } from '../support/fake-clock.ts'

/** Twenty answers of every shape. */
const QUESTIONS: readonly [question: string, knobs?: SimulatorKnobsInput][] = [
  ['/markdown'],
  ['/table'],
  ['/code'],
  ['/think'],
  ['/tool'],
  ['/suggest'],
  ['/image'],
  ['/card'],
  ['/long 1500'],
  ['你们几点开门？'],
  ['When do you open?'],
  ['我叫张三，我25岁'],
  ['/help'],
  ['/markdown', { multiAnswer: true }],
  ['/code', { reasoning: true }],
  ['/table', { followUps: false }],
  ['/think', { multiAnswer: true, reasoning: true }],
  ['/long 800', { duplicateEvents: true }],
  ['/image', { lineEnd: '\r\n' }],
  ['/tool', { done: 'missing' }],
]

let simulator: CozeSimulator
beforeAll(async () => {
  simulator = await createCozeSimulator()
})

/** A chat whose line breaks after so many events of each answer; `total` learns how many there were. */
function connect(token: string) {
  const line = { cutAfter: Number.POSITIVE_INFINITY, total: 0, ended: false }
  const lookedUp: ChatState[] = []
  const store: ChatStore = createChatStore({
    parts: bundledParts,
    clock: createFakeClock(),
    transport: createCozeTransport(
      {
        target: { botId: SIMULATOR_IDS.botId },
        subject: () => 's',
        getToken: async () => ({ token, apiBase: 'https://coze.test' }),
        async fetch(input, init) {
          const request = new Request(input, init)
          const { pathname } = new URL(request.url)
          if (pathname === '/v3/chat/retrieve') lookedUp.push(store.getState())
          const response = await simulator.fetch(request)
          if (pathname !== '/v3/chat') return response
          const events = (await response.text()).match(/.*?(?:\r?\n){2}/gs) ?? []
          const kept = events.slice(0, line.cutAfter)
          line.total = events.length
          line.ended = kept.some((event) => /^event: ?(conversation\.chat\.completed|done)/.test(event))
          return new Response(kept.join(''), { headers: { 'content-type': 'text/event-stream' } })
        },
      },
      bundledParts,
    ),
  })
  return { store, line, lookedUp }
}

describe('F39: an answer cut after each of its events', () => {
  it.each(QUESTIONS)(
    '%s %j: is never shown as finished, and ends up as the server has it',
    async (question, knobs = {}) => {
      simulator.reset()
      simulator.setKnobs({ pieceLength: 200, ...knobs })
      const token = simulator.issueToken('A')
      let cutAfter = 0
      let total = 1
      for (; cutAfter <= total; cutAfter++) {
        const { store, line, lookedUp } = connect(token)
        await store.open()
        await store.newConversation()
        line.cutAfter = cutAfter
        await store.send(question)
        total = line.total
        for (const { messages } of lookedUp) {
          expect(messages.filter(({ role, status }) => role === 'assistant' && status === 'complete')).toEqual([])
        }
        expect(lookedUp.length > 0).toBe(!line.ended)
        const { conversationId, messages } = store.getState()
        const answers = messages.filter(({ role, text }) => role === 'assistant' && text !== '')
        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 'complete'))
        const again = connect(token)
        await again.store.open()
        await again.store.openConversation(conversationId ?? '')
        expect(messages.map(({ text }) => text)).toEqual(again.store.getState().messages.map(({ text }) => text))
      }
      expect(cutAfter).toBeGreaterThan(5)
    },
  )
})
