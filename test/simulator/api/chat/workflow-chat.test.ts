import { describe, expect, it } from 'vitest'
import { SIMULATOR_IDS } from '../../../../src/simulator/index.ts'
import { flowBody, useSimulator } from '../../support.ts'

const { botId, appId } = SIMULATOR_IDS
const world = useSimulator()

const code = async (response: Promise<Response>) => (await (await response).json()).code
const flow = (body: Record<string, unknown>) =>
  world.visitor.request('POST', '/v1/workflows/chat', { ...flowBody('hi'), ...body })
const user = (content: string, content_type = 'text') => ({ role: 'user', content, content_type })

describe('what /v1/workflows/chat refuses', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['an unknown chatflow', { workflow_id: '1' }, 4200],
    ['an unknown app', { app_id: '1' }, 4200],
    ['a channel it is not published to', { connector_id: '10000010' }, 4200],
    ['app and agent together', { bot_id: botId }, 4000],
    ['neither app nor agent', { app_id: undefined }, 4000],
    ['no messages', { additional_messages: [] }, 4000],
    ['51 messages', { additional_messages: Array.from({ length: 51 }, () => user('x')) }, 4004],
    ['anything but text', { additional_messages: [user('[]', 'object_string')] }, 4000],
  ])('%s', async (_what, body, expected) => {
    expect(await code(flow(body))).toBe(expected)
  })

  it('a conversation of another channel, with 4002', async () => {
    const id = await world.visitor.createConversation({ app_id: appId, connector_id: '999' })
    expect(await code(flow({ conversation_id: id }))).toBe(4002)
    expect(await (await flow({ conversation_id: id, connector_id: '999' })).text()).toContain('chat.completed')
  })

  it('a conversation name nobody knows, within the stream and with its code as a string', async () => {
    const events = await world.visitor.askFlow('hi', { parameters: { CONVERSATION_NAME: 'nowhere' } })
    expect(events).toMatchObject([{ event: 'conversation.chat.failed', data: { code: '720702204' } }])
  })
})
