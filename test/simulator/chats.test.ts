import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CozeSimulator, createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'
import {
  chatBody,
  completed,
  field,
  flowBody,
  ORIGIN,
  parseStream,
  type StreamEvent,
  spoken,
  type Visitor,
  visit,
} from './support.ts'

const { botId, unpublishedBotId, appId } = SIMULATOR_IDS
let simulator: CozeSimulator
let visitor: Visitor

beforeAll(async () => {
  simulator = await createCozeSimulator()
})
beforeEach(() => {
  simulator.reset()
  visitor = visit(simulator, 'VISITOR')
})

const code = async (response: Promise<Response>) => (await (await response).json()).code
const chat = (body: Record<string, unknown>) => visitor.request('POST', '/v3/chat', { ...chatBody('hi'), ...body })
const flow = (body: Record<string, unknown>) =>
  visitor.request('POST', '/v1/workflows/chat', { ...flowBody('hi'), ...body })
const user = (content: string, content_type = 'text') => ({ role: 'user', content, content_type })
const names = (events: readonly StreamEvent[]) => events.map(({ event }) => event)

describe('what /v3/chat refuses', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['no agent', { bot_id: undefined }, 4000],
    ['no user', { user_id: undefined }, 4000],
    ['an unknown agent', { bot_id: '1' }, 4006],
    ['an agent of no channel', { bot_id: unpublishedBotId }, 4015],
    ['an agent not in this channel', { connector_id: '10000010' }, 4015],
    ['101 messages', { additional_messages: Array.from({ length: 101 }, () => user('x')) }, 4004],
    ['a last message of the agent', { additional_messages: [{ role: 'assistant', content: 'x' }] }, 4000],
    ['polling without saved history', { stream: false, auto_save_history: false }, 4007],
    ['too long meta_data', { meta_data: { key: 'x'.repeat(513) } }, 4003],
    ['a version of a draft', { publish_status: 'unpublished_draft', bot_version: '1' }, 4000],
    ['an array of text alone', { additional_messages: [user('[{"type":"text","text":"x"}]', 'object_string')] }, 4000],
    [
      'two texts in an array',
      {
        additional_messages: [
          user(
            '[{"type":"text","text":"x"},{"type":"text","text":"y"},{"type":"image","file_url":"https://x/y.png"}]',
            'object_string',
          ),
        ],
      },
      4000,
    ],
    [
      'an image without words',
      { additional_messages: [user('[{"type":"image","file_url":"https://x/y.png"}]', 'object_string')] },
      4000,
    ],
    [
      'an unknown file',
      { additional_messages: [user('[{"type":"text","text":"x"},{"type":"file","file_id":"1"}]', 'object_string')] },
      4000,
    ],
    ['an array that is none', { additional_messages: [user('{}', 'object_string')] }, 4000],
  ])('%s', async (_what, body, expected) => {
    expect(await code(chat(body))).toBe(expected)
    expect(simulator.dump().sessions).toEqual([])
  })

  it('a body that is not JSON', async () => {
    const request = new Request(`${ORIGIN}/v3/chat`, {
      method: 'POST',
      headers: { authorization: `Bearer ${visitor.token}` },
      body: '{',
    })
    expect(await code(simulator.fetch(request))).toBe(4000)
  })
})

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
    const id = await visitor.createConversation({ app_id: appId, connector_id: '999' })
    expect(await code(flow({ conversation_id: id }))).toBe(4002)
    expect(await (await flow({ conversation_id: id, connector_id: '999' })).text()).toContain('chat.completed')
  })

  it('a conversation name nobody knows, within the stream and with its code as a string', async () => {
    const events = await visitor.askFlow('hi', { parameters: { CONVERSATION_NAME: 'nowhere' } })
    expect(events).toMatchObject([{ event: 'conversation.chat.failed', data: { code: '720702204' } }])
  })
})

describe('a turn', () => {
  it('tells first what it looked up, then answers, then ends all answers, then suggests', async () => {
    const events = await visitor.ask('When do you open?')
    const messages = events
      .filter(({ event }) => event === 'conversation.message.completed')
      .map((event) => field(event, 'type'))
    expect(messages).toEqual(['verbose', 'answer', 'verbose', 'follow_up', 'follow_up', 'follow_up'])
  })

  it('gives an unnamed conversation its first question as name, and lists question and answer only', async () => {
    const id = await visitor.createConversation()
    await visitor.ask('When do you open?', id)
    const conversation = await visitor.json('GET', `/v1/conversation/retrieve?conversation_id=${id}`)
    expect(conversation.body['data']).toMatchObject({ name: 'When do you open?' })
    const types = async (body: object) => {
      const list = await visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`, body)
      return (list.body['data'] as { type: string }[]).map(({ type }) => type)
    }
    expect(await types({})).toEqual(['answer', 'question'])
    expect(await types({ order: 'asc', include_middle_message: true })).toEqual([
      'question',
      'verbose',
      'answer',
      'verbose',
      'follow_up',
      'follow_up',
      'follow_up',
    ])
  })

  it('saves nothing without auto_save_history, and remembers what the request itself tells', async () => {
    const id = await visitor.createConversation()
    const events = await visitor.ask('', id, {
      auto_save_history: false,
      additional_messages: [user('My name is Ann'), { role: 'assistant', content: 'Hi' }, user('What is my name?')],
    })
    expect(spoken(events)).toBe('Your name is Ann.')
    expect(simulator.dump().sessions[0]?.conversations[0]?.messages).toEqual([])
  })

  it('forgets after the context is cleared, while the messages stay', async () => {
    const id = await visitor.createConversation()
    await visitor.ask('My name is Ann', id)
    expect(spoken(await visitor.ask('What is my name?', id))).toBe('Your name is Ann.')
    const cleared = await visitor.json('POST', `/v1/conversations/${id}/clear`)
    const section = (cleared.body['data'] as { id: string }).id
    const events = await visitor.ask('What is my name?', id)
    expect(spoken(events)).toMatch(/not told me/)
    expect(field(events[0], 'section_id')).toBe(section)
    expect(section).not.toBe(id)
    const list = await visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`, {})
    expect(list.body['data']).toHaveLength(6)
  })

  it('remembers within one conversation only', async () => {
    await visitor.ask('My name is Ann', await visitor.createConversation())
    expect(spoken(await visitor.ask('What is my name?', await visitor.createConversation()))).toMatch(/not told me/)
  })

  it('goes on without its listener, and is found in the history', async () => {
    const id = await visitor.createConversation()
    const response = await visitor.request('POST', `/v3/chat?conversation_id=${id}`, chatBody('hello'))
    await response.body?.cancel()
    const answer = () => simulator.dump().sessions[0]?.conversations[0]?.messages.find(({ type }) => type === 'answer')
    await vi.waitFor(() => expect(answer()?.text).toMatch(/^Hello/))
  })

  it('pauses for a function of the page, and goes on with the same chat id', async () => {
    const id = await visitor.createConversation()
    const paused = await visitor.ask('/tool local get_cart {"full":true}', id)
    expect(names(paused).slice(-2)).toEqual(['conversation.chat.requires_action', 'done'])
    const action = field(paused.at(-2), 'required_action') as {
      submit_tool_outputs: { tool_calls: { id: string; function: object }[] }
    }
    const [call] = action.submit_tool_outputs.tool_calls
    expect(call).toMatchObject({ type: 'function', function: { name: 'get_cart', arguments: '{"full":true}' } })

    const chatId = field(paused[0], 'id')
    const path = `/v3/chat/submit_tool_outputs?conversation_id=${id}&chat_id=${chatId}`
    expect(await code(visitor.request('POST', path, { tool_outputs: [{ tool_call_id: 'wrong', output: '1' }] }))).toBe(
      4000,
    )
    const output = { tool_outputs: [{ tool_call_id: call?.id, output: '{"items":3}' }], stream: true }
    const resumed = parseStream(await (await visitor.request('POST', path, output)).text())
    expect(names(resumed)[0]).toBe('conversation.chat.created')
    expect(field(resumed[0], 'id')).toBe(chatId)
    expect(completed(resumed, 'tool_response')).toEqual(['{"items":3}'])
    expect(spoken(resumed)).toContain('{"items":3}')
    expect(names(resumed).slice(-2)).toEqual(['conversation.chat.completed', 'done'])
    expect(await code(visitor.request('POST', path, output))).toBe(4000)
  })

  it('shows plugin calls as function_call and tool_response', async () => {
    const events = await visitor.ask('/tool')
    expect(JSON.parse(completed(events, 'function_call')[0] ?? '')).toMatchObject({
      name: 'search_orders',
      plugin_name: 'Orders',
    })
    expect(JSON.parse(completed(events, 'tool_response')[0] ?? '')).toMatchObject({ orders: [{ id: 'HC-20931' }, {}] })
  })

  it('/expire makes the token worthless and finishes the answer that began with it', async () => {
    expect(names(await visitor.ask('/expire')).at(-1)).toBe('done')
    expect((await visitor.request('GET', '/v1/users/me')).status).toBe(401)
  })

  it('/error answers before the start, or fails within the answer', async () => {
    expect(await code(chat(chatBody('/error 4028')))).toBe(4028)
    expect((await chat(chatBody('/error 502'))).status).toBe(502)
    const events = await visitor.ask('/error 4013 late')
    expect(names(events).slice(-2)).toEqual(['conversation.chat.failed', 'done'])
    expect(field(events.at(-2), 'last_error')).toMatchObject({ code: 4013 })
    expect(spoken(events)).not.toBe('')
  })

  it('/cut breaks the stream, /voice speaks, /image shows a picture that the simulator serves', async () => {
    const cut = await visitor.request('POST', '/v3/chat', chatBody('/cut'))
    await expect(cut.text()).rejects.toThrow()
    const voice = (await visitor.ask('/voice')).find(({ event }) => event === 'conversation.audio.delta')
    expect(atob(String(field(voice, 'content'))).slice(0, 4)).toBe('RIFF')
    const [, address = ''] = /\((https:[^)]+)\)/.exec(spoken(await visitor.ask('/image'))) ?? []
    const picture = await simulator.fetch(new Request(address))
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
  })

  it('names what was uploaded', async () => {
    const form = new FormData()
    form.append('file', new File(['x'.repeat(2048)], 'receipt.png', { type: 'image/png' }))
    const request = new Request(`${ORIGIN}/v1/files/upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${visitor.token}` },
      body: form,
    })
    const { data } = await (await simulator.fetch(request)).json()
    const parts = JSON.stringify([
      { type: 'text', text: 'What is this?' },
      { type: 'image', file_id: data.id },
    ])
    const events = await visitor.ask('', undefined, { additional_messages: [user(parts, 'object_string')] })
    expect(spoken(events)).toContain('`receipt.png` (2.0 KB)')
  })

  it('accepts //v3/chat, as the mini-program client sends it', async () => {
    const response = await visitor.request('POST', '//v3/chat', chatBody('hello'))
    expect(await response.text()).toContain('event:done')
  })
})

describe('messages', () => {
  it('pages back before an id and forward after one', async () => {
    const id = await visitor.createConversation()
    for (let i = 1; i <= 7; i++) {
      await visitor.request('POST', `/v1/conversation/message/create?conversation_id=${id}`, user(String(i)))
    }
    const list = async (body: object) => {
      const page = await visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`, body)
      return page.body as { data: { content: string }[]; first_id: string; last_id: string; has_more: boolean }
    }
    const contents = (page: { data: { content: string }[] }) => page.data.map(({ content }) => content).join('')
    const newest = await list({ limit: 3 })
    expect([contents(newest), newest.has_more]).toEqual(['765', true])
    const older = await list({ limit: 3, after_id: newest.last_id })
    expect([contents(older), older.has_more]).toEqual(['432', true])
    expect(contents(await list({ limit: 2, before_id: older.last_id }))).toBe('43')
    expect(contents(await list({ limit: 3, order: 'asc', after_id: older.first_id }))).toBe('567')
    expect(await list({ after_id: '1' })).toMatchObject({ code: 4005 })
    expect(await list({ limit: 51 })).toMatchObject({ code: 4000 })
    expect(await list({ limit: 1, after_id: '0', before_id: '' })).toMatchObject({ data: [{ content: '7' }] })
  })

  it('answers an empty page with ids of zero', async () => {
    const id = await visitor.createConversation()
    const { body } = await visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`)
    expect(body).toMatchObject({ data: [], first_id: '0', last_id: '0', has_more: false })
  })

  it('deletes the steps of an answer with it', async () => {
    const id = await visitor.createConversation()
    await visitor.ask('/tool', id)
    const { body } = await visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`, {})
    const [answer] = body['data'] as { id: string }[]
    await visitor.request('POST', `/v1/conversation/message/delete?conversation_id=${id}&message_id=${answer?.id}`)
    expect(simulator.dump().sessions[0]?.conversations[0]?.messages.map(({ type }) => type)).toEqual(['question'])
  })

  it('keeps the last rating of an answer, takes it back, and rates no question', async () => {
    const id = await visitor.createConversation()
    await visitor.ask('hello', id)
    const { body } = await visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`, {})
    const [answer, question] = body['data'] as { id: string }[]
    const path = (message: { id: string } | undefined) => `/v1/conversations/${id}/messages/${message?.id}/feedback`
    const kept = () =>
      simulator.dump().sessions[0]?.conversations[0]?.messages.find(({ id: one }) => one === answer?.id)?.feedback
    await visitor.request('POST', path(answer), { feedback_type: 'like' })
    await visitor.request('POST', path(answer), { feedback_type: 'unlike', reason_types: ['wrong'], comment: 'no' })
    expect(kept()).toEqual({ type: 'unlike', reasons: ['wrong'], comment: 'no' })
    await visitor.request('DELETE', path(answer))
    expect(kept()).toBeUndefined()
    expect(await code(visitor.request('POST', path(question), { feedback_type: 'like' }))).toBe(4000)
    expect(await code(visitor.request('POST', path(answer), { feedback_type: 'like', comment: 'x'.repeat(251) }))).toBe(
      4000,
    )
  })
})
