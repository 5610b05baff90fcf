import { expect, it, vi } from 'vitest'
import { createChatStore } from '../../src/chat/chat-store.ts'
import { createCozeTransport } from '../../src/coze/coze-transport.ts'
import { createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'

const { fetched, note } = vi.hoisted(() => {
  const fetched: string[] = []
  // An empty part: whoever fetches it has broken the promise already.
  const note = (name: string) => () => {
    fetched.push(name)
    return {}
  }
  return { fetched, note }
})

vi.mock('../../src/chat/agent-steps.ts', note('agent-steps'))
vi.mock('../../src/chat/asking-again.ts', note('asking-again'))
vi.mock('../../src/chat/conversations.ts', note('conversations'))
vi.mock('../../src/chat/page-tools.ts', note('page-tools'))
vi.mock('../../src/chat/turn-recovery.ts', note('turn-recovery'))
vi.mock('../../src/coze/chatflow.ts', note('chatflow'))
vi.mock('../../src/coze/coze-extras.ts', note('coze-extras'))
vi.mock('../../src/coze/earlier-chat.ts', async (original) => {
  fetched.push('earlier-chat')
  return original()
})
vi.mock('../../src/coze/rare-events.ts', note('rare-events'))
vi.mock('../../src/coze/refusal.ts', note('refusal'))

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
