import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CozeSimulator, createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'
import {
  chatBody,
  completed,
  exchange,
  field,
  flowBody,
  signAssertion,
  spoken,
  type Visitor,
  visit,
} from './support.ts'

const { botId, secondBotId, appId, workflowId } = SIMULATOR_IDS

interface Target {
  conversationId: string
  answerId: string
  chatId: string
}

/** Every call that names a conversation or something in it, and its code for anybody but the owner. */
const ATTEMPTS: [string, number, (visitor: Visitor, target: Target) => Promise<Response>][] = [
  ['retrieve', 4200, (v, t) => v.request('GET', `/v1/conversation/retrieve?conversation_id=${t.conversationId}`)],
  ['rename', 4200, (v, t) => v.request('PUT', `/v1/conversations/${t.conversationId}`, { name: 'mine' })],
  ['delete', 4200, (v, t) => v.request('DELETE', `/v1/conversations/${t.conversationId}`)],
  ['clear', 4200, (v, t) => v.request('POST', `/v1/conversations/${t.conversationId}/clear`)],
  [
    'list messages of',
    4200,
    (v, t) => v.request('POST', `/v1/conversation/message/list?conversation_id=${t.conversationId}`, {}),
  ],
  [
    'read a message of',
    4200,
    (v, t) =>
      v.request(
        'GET',
        `/v1/conversation/message/retrieve?conversation_id=${t.conversationId}&message_id=${t.answerId}`,
      ),
  ],
  [
    'add a message to',
    4200,
    (v, t) =>
      v.request('POST', `/v1/conversation/message/create?conversation_id=${t.conversationId}`, {
        role: 'user',
        content: 'x',
        content_type: 'text',
      }),
  ],
  [
    'change a message of',
    4200,
    (v, t) =>
      v.request(
        'POST',
        `/v1/conversation/message/modify?conversation_id=${t.conversationId}&message_id=${t.answerId}`,
        { content: 'x' },
      ),
  ],
  [
    'delete a message of',
    4200,
    (v, t) =>
      v.request('POST', `/v1/conversation/message/delete?conversation_id=${t.conversationId}&message_id=${t.answerId}`),
  ],
  [
    'rate an answer of',
    4200,
    (v, t) =>
      v.request('POST', `/v1/conversations/${t.conversationId}/messages/${t.answerId}/feedback`, {
        feedback_type: 'like',
      }),
  ],
  [
    'withdraw a rating in',
    4200,
    (v, t) => v.request('DELETE', `/v1/conversations/${t.conversationId}/messages/${t.answerId}/feedback`),
  ],
  ['continue', 4002, (v, t) => v.request('POST', `/v3/chat?conversation_id=${t.conversationId}`, chatBody('hi'))],
  [
    'continue by chatflow',
    4002,
    (v, t) => v.request('POST', '/v1/workflows/chat', { ...flowBody('hi'), conversation_id: t.conversationId }),
  ],
  [
    'look at a chat of',
    4002,
    (v, t) => v.request('POST', `/v3/chat/retrieve?conversation_id=${t.conversationId}&chat_id=${t.chatId}`),
  ],
  [
    'list a chat of',
    4002,
    (v, t) => v.request('GET', `/v3/chat/message/list?conversation_id=${t.conversationId}&chat_id=${t.chatId}`),
  ],
  [
    'cancel a chat of',
    4002,
    (v, t) => v.request('POST', '/v3/chat/cancel', { conversation_id: t.conversationId, chat_id: t.chatId }),
  ],
  [
    'answer for the page in',
    4002,
    (v, t) =>
      v.request('POST', `/v3/chat/submit_tool_outputs?conversation_id=${t.conversationId}&chat_id=${t.chatId}`, {
        tool_outputs: [{ tool_call_id: 'c', output: 'x' }],
      }),
  ],
]

describe('isolation of sessions', () => {
  let simulator: CozeSimulator
  let owner: Visitor
  let target: Target

  beforeAll(async () => {
    simulator = await createCozeSimulator()
  })

  // A new conversation for each attempt: after a delete that succeeded all later attempts would look refused.
  beforeEach(async () => {
    simulator.reset()
    owner = visit(simulator, 'B')
    const conversationId = await owner.createConversation()
    const events = await owner.ask('My name is Bob', conversationId)
    const chatId = String(field(events[0], 'id'))
    const { body } = await owner.json('POST', `/v1/conversation/message/list?conversation_id=${conversationId}`, {})
    const [answer] = body['data'] as { id: string }[]
    target = { conversationId, chatId, answerId: answer?.id ?? '' }
  })

  const strangers: [string, string | null][] = [
    ['session A', 'A'],
    ['a session whose name differs in case only', 'b'],
    ['a caller without a session', null],
  ]

  describe.each(strangers)('%s', (_who, sessionName) => {
    it.each(ATTEMPTS)(
      'cannot %s a conversation of session B, and learns nothing from the answer',
      async (_what, code, attempt) => {
        const stranger = visit(simulator, sessionName)
        const before = simulator.dump().sessions
        const foreign = await (await attempt(stranger, target)).json()
        const missing = await (
          await attempt(stranger, { ...target, conversationId: '7500000000999999999', chatId: '7500000000999999998' })
        ).json()
        expect(foreign.code).toBe(code)
        expect({ ...foreign, detail: undefined }).toEqual({ ...missing, detail: undefined })
        expect(simulator.dump().sessions).toEqual(before)
      },
    )

    it('does not find it in a list', async () => {
      const stranger = visit(simulator, sessionName)
      const { body } = await stranger.json('GET', `/v1/conversations?bot_id=${botId}`)
      expect(body['data']).toEqual({ has_more: false, conversations: [] })
    })
  })

  it('answers the knob `foreignCode` instead, where a test asks for it', async () => {
    simulator.setKnobs({ foreignCode: 4101 })
    const codes: unknown[] = []
    for (const [, , attempt] of ATTEMPTS) codes.push((await (await attempt(visit(simulator, 'A'), target)).json()).code)
    simulator.setKnobs({ foreignCode: null })
    expect(new Set(codes)).toEqual(new Set([4101]))
  })

  it('takes the session from the token alone: a session_name or user_id in body or query changes nothing', async () => {
    const stranger = visit(simulator, 'A')
    const path = `/v1/conversations?bot_id=${botId}&session_name=B&user_id=B`
    expect((await stranger.json('GET', path)).body['data']).toEqual({ has_more: false, conversations: [] })
    const chat = await stranger.request('POST', `/v3/chat?conversation_id=${target.conversationId}&session_name=B`, {
      ...chatBody('hi'),
      session_name: 'B',
      user_id: 'B',
    })
    expect(await chat.json()).toMatchObject({ code: 4002 })
  })

  it('tells a message of another conversation of the same session apart: 4005', async () => {
    const other = await owner.createConversation()
    const path = `/v1/conversation/message/retrieve?conversation_id=${other}&message_id=${target.answerId}`
    expect((await owner.json('GET', path)).body).toMatchObject({ code: 4005 })
  })

  it('shows the same conversations to a renewed token of the same session', async () => {
    const { body } = await visit(simulator, 'B').json('GET', `/v1/conversations?bot_id=${botId}`)
    const { conversations } = body['data'] as { conversations: { id: string }[] }
    expect(conversations.map(({ id }) => id)).toContain(target.conversationId)
  })

  it('keeps accounts apart even where session names are equal', async () => {
    const tokenFor = async (path: string) => {
      const { body } = await exchange(simulator, await signAssertion(simulator, { session_name: 'B' }), {}, path)
      return visit(simulator, 'B', String(body['access_token']))
    }
    const own = await tokenFor('/api/permission/oauth2/token')
    const other = await tokenFor('/api/permission/oauth2/account/2400000000000002/token')
    const path = `/v1/conversation/retrieve?conversation_id=${target.conversationId}`
    expect((await own.json('GET', path)).body).toMatchObject({ code: 0 })
    expect((await other.json('GET', path)).body).toMatchObject({ code: 4200 })
  })

  it('lists by agent and by channel, and finds a conversation without agent in neither', async () => {
    const visitor = visit(simulator, 'LISTS')
    const inChatSdk = await visitor.createConversation({ bot_id: botId, connector_id: '999' })
    const inApi = await visitor.createConversation({ bot_id: botId })
    const ofSecond = await visitor.createConversation({ bot_id: secondBotId })
    await visitor.createConversation({})
    const listed = async (query: string) => {
      const { body } = await visitor.json('GET', `/v1/conversations?${query}`)
      return (body['data'] as { conversations: { id: string }[] }).conversations.map(({ id }) => id)
    }
    expect(await listed(`bot_id=${botId}`)).toEqual([inApi])
    expect(await listed(`bot_id=${botId}&connector_id=999`)).toEqual([inChatSdk])
    expect(await listed(`bot_id=${secondBotId}`)).toEqual([ofSecond])
  })

  it('keeps the variables of a session, channel and user apart', async () => {
    const a = visit(simulator, 'VAR-A')
    const body = { connector_uid: 'u1', data: [{ keyword: 'name', value: 'Ann' }] }
    expect((await a.json('PUT', '/v1/variables', body)).body).toMatchObject({ code: 0 })
    const read = async (visitor: Visitor, query: string) =>
      ((await visitor.json('GET', `/v1/variables?${query}`)).body['data'] as { items: { value: string }[] }).items.map(
        ({ value }) => value,
      )
    expect(await read(a, 'connector_uid=u1&keywords=name')).toEqual(['Ann'])
    expect(await read(a, 'connector_uid=u2')).toEqual([])
    expect(await read(a, 'connector_uid=u1&connector_id=999')).toEqual([])
    expect(await read(visit(simulator, 'VAR-B'), 'connector_uid=u1')).toEqual([])
    expect(spoken(await a.ask('What is my name?'))).toBe('Your name is Ann.')
    expect(spoken(await visit(simulator, 'VAR-B').ask('What is my name?'))).toMatch(/not told me/)
  })

  it('shares files within the account, whatever the session', async () => {
    const upload = async (visitor: Visitor) => {
      const form = new FormData()
      form.append('file', new File(['beans'], 'beans.txt'))
      const response = await simulator.fetch(
        new Request('https://simulated.example/v1/files/upload', {
          method: 'POST',
          headers: { authorization: `Bearer ${visitor.token}` },
          body: form,
        }),
      )
      return (await response.json()).data.id as string
    }
    const id = await upload(visit(simulator, 'A'))
    const { body } = await visit(simulator, 'B').json('GET', `/v1/files/retrieve?file_id=${id}`)
    expect(body['data']).toMatchObject({ id, bytes: 5, file_name: 'beans.txt' })
  })

  it('gives each session its own static conversation of a chatflow', async () => {
    const [a, b] = [visit(simulator, 'FLOW-A'), visit(simulator, 'FLOW-B')]
    const first = field((await a.askFlow('My name is Ann'))[0], 'conversation_id')
    const second = field((await b.askFlow('hello'))[0], 'conversation_id')
    expect(second).not.toBe(first)
    const created = await a.createConversation({
      app_id: appId,
      workflow_id: workflowId,
      conversation_name: 'Default',
      get_or_create: true,
    })
    expect(created).toBe(first)
    expect(spoken(await a.askFlow('What is my name?'))).toBe('Your name is Ann.')
    expect(completed(await b.askFlow('What is my name?'), 'answer')[0]).toMatch(/not told me/)
  })
})
