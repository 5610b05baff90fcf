import { expect, it, vi } from 'vitest'
import { createChatStore } from '../../src/chat/chat-store.ts'
import { createCozeTransport } from '../../src/coze/coze-transport.ts'
import { createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'

const fetched = vi.hoisted((): string[] => [])

vi.mock('../../src/chat/agent-steps.ts', () => void fetched.push('agent-steps'))
vi.mock('../../src/chat/asking-again.ts', () => void fetched.push('asking-again'))
vi.mock('../../src/chat/conversations.ts', () => void fetched.push('conversations'))
vi.mock('../../src/chat/page-tools.ts', () => void fetched.push('page-tools'))
vi.mock('../../src/chat/turn-recovery.ts', () => void fetched.push('turn-recovery'))
vi.mock('../../src/coze/chatflow.ts', () => void fetched.push('chatflow'))
vi.mock('../../src/coze/coze-extras.ts', () => void fetched.push('coze-extras'))
vi.mock('../../src/coze/earlier-chat.ts', async (original) => {
  fetched.push('earlier-chat')
  return original()
})
vi.mock('../../src/coze/rare-events.ts', () => void fetched.push('rare-events'))
vi.mock('../../src/coze/refusal.ts', () => void fetched.push('refusal'))

it('a plain turn, with thinking and suggestions, fetches no other part; a reload after it fetches what reads the past', async () => {
  const simulator = await createCozeSimulator()
  const token = simulator.issueToken('A')
  const connect = () =>
    createChatStore({
      transport: createCozeTransport({
        target: { botId: SIMULATOR_IDS.botId },
        apiBase: 'https://coze.test',
        subject: () => 's',
        getToken: async () => token,
        fetch: (input, init) => simulator.fetch(new Request(input, init)),
      }),
    })
  const store = connect()
  await store.open()
  await store.send('/think')
  await store.send('/suggest')
  expect(store.getState().messages.map(({ status }) => status)).toEqual(['sent', 'complete', 'sent', 'complete'])
  expect(store.getState().followUps).not.toEqual([])
  expect(fetched).toEqual([])
  const again = connect()
  await again.open()
  expect(again.getState().messages).toHaveLength(4)
  expect(fetched).toEqual(['earlier-chat'])
})
