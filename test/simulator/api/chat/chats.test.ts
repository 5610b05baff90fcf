import { describe, expect, it, vi } from 'vitest'
import { SIMULATOR_IDS } from '../../../../src/simulator/index.ts'
import {
  chatBody,
  completed,
  field,
  ORIGIN,
  parseStream,
  type StreamEvent,
  spoken,
  useSimulator,
} from '../../support.ts'

const { unpublishedBotId } = SIMULATOR_IDS
const world = useSimulator()

const code = async (response: Promise<Response>) => (await (await response).json()).code
const chat = (body: Record<string, unknown>) =>
  world.visitor.request('POST', '/v3/chat', { ...chatBody('hi'), ...body })
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
      'an unknown file',
      { additional_messages: [user('[{"type":"text","text":"x"},{"type":"file","file_id":"1"}]', 'object_string')] },
      4000,
    ],
    ['an array that is none', { additional_messages: [user('{}', 'object_string')] }, 4000],
  ])('%s', async (_what, body, expected) => {
    expect(await code(chat(body))).toBe(expected)
    expect(world.simulator.dump().sessions).toEqual([])
  })

  it('a body that is not JSON', async () => {
    const request = new Request(`${ORIGIN}/v3/chat`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.visitor.token}` },
      body: '{',
    })
    expect(await code(world.simulator.fetch(request))).toBe(4000)
  })
})

describe('a turn', () => {
  it('tells first what it looked up, then answers, then ends all answers, then suggests', async () => {
    const events = await world.visitor.ask('When do you open?')
    const messages = events
      .filter(({ event }) => event === 'conversation.message.completed')
      .map((event) => field(event, 'type'))
    expect(messages).toEqual(['verbose', 'answer', 'verbose', 'follow_up', 'follow_up', 'follow_up'])
  })

  it('gives an unnamed conversation its first question as name, and lists question and answer only', async () => {
    const id = await world.visitor.createConversation()
    await world.visitor.ask('When do you open?', id)
    const conversation = await world.visitor.json('GET', `/v1/conversation/retrieve?conversation_id=${id}`)
    expect(conversation.body['data']).toMatchObject({ name: 'When do you open?' })
    const types = async (body: object) => {
      const list = await world.visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`, body)
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
    const id = await world.visitor.createConversation()
    const events = await world.visitor.ask('', id, {
      auto_save_history: false,
      additional_messages: [user('My name is Ann'), { role: 'assistant', content: 'Hi' }, user('What is my name?')],
    })
    expect(spoken(events)).toBe('Your name is Ann.')
    expect(world.simulator.dump().sessions[0]?.conversations[0]?.messages).toEqual([])
  })

  it('forgets after the context is cleared, while the messages stay', async () => {
    const id = await world.visitor.createConversation()
    await world.visitor.ask('My name is Ann', id)
    expect(spoken(await world.visitor.ask('What is my name?', id))).toBe('Your name is Ann.')
    const cleared = await world.visitor.json('POST', `/v1/conversations/${id}/clear`)
    const section = (cleared.body['data'] as { id: string }).id
    const events = await world.visitor.ask('What is my name?', id)
    expect(spoken(events)).toMatch(/not told me/)
    expect(field(events[0], 'section_id')).toBe(section)
    expect(section).not.toBe(id)
    const list = await world.visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`, {})
    expect(list.body['data']).toHaveLength(6)
  })

  it('remembers within one conversation only', async () => {
    await world.visitor.ask('My name is Ann', await world.visitor.createConversation())
    expect(spoken(await world.visitor.ask('What is my name?', await world.visitor.createConversation()))).toMatch(
      /not told me/,
    )
  })

  it('goes on without its listener, and is found in the history', async () => {
    const id = await world.visitor.createConversation()
    const response = await world.visitor.request('POST', `/v3/chat?conversation_id=${id}`, chatBody('hello'))
    await response.body?.cancel()
    const answer = () =>
      world.simulator.dump().sessions[0]?.conversations[0]?.messages.find(({ type }) => type === 'answer')
    await vi.waitFor(() => expect(answer()?.text).toMatch(/^Hello/))
  })

  it('pauses for a function of the page, and goes on with the same chat id', async () => {
    const id = await world.visitor.createConversation()
    const paused = await world.visitor.ask('/tool local get_cart {"full":true}', id)
    expect(names(paused).slice(-2)).toEqual(['conversation.chat.requires_action', 'done'])
    const action = field(paused.at(-2), 'required_action') as {
      submit_tool_outputs: { tool_calls: { id: string; function: object }[] }
    }
    const [call] = action.submit_tool_outputs.tool_calls
    expect(call).toMatchObject({ type: 'function', function: { name: 'get_cart', arguments: '{"full":true}' } })

    const chatId = field(paused[0], 'id')
    const path = `/v3/chat/submit_tool_outputs?conversation_id=${id}&chat_id=${chatId}`
    expect(
      await code(world.visitor.request('POST', path, { tool_outputs: [{ tool_call_id: 'wrong', output: '1' }] })),
    ).toBe(4000)
    const output = { tool_outputs: [{ tool_call_id: call?.id, output: '{"items":3}' }], stream: true }
    const resumed = parseStream(await (await world.visitor.request('POST', path, output)).text())
    expect(names(resumed)[0]).toBe('conversation.chat.created')
    expect(field(resumed[0], 'id')).toBe(chatId)
    expect(completed(resumed, 'tool_response')).toEqual(['{"items":3}'])
    expect(spoken(resumed)).toContain('{"items":3}')
    expect(names(resumed).slice(-2)).toEqual(['conversation.chat.completed', 'done'])
    expect(await code(world.visitor.request('POST', path, output))).toBe(4000)
  })

  it('shows plugin calls as function_call and tool_response', async () => {
    const events = await world.visitor.ask('/tool')
    expect(JSON.parse(completed(events, 'function_call')[0] ?? '')).toMatchObject({
      name: 'search_orders',
      plugin_name: 'Orders',
    })
    expect(JSON.parse(completed(events, 'tool_response')[0] ?? '')).toMatchObject({ orders: [{ id: 'HC-20931' }, {}] })
  })

  it('/expire makes the token worthless and finishes the answer that began with it', async () => {
    expect(names(await world.visitor.ask('/expire')).at(-1)).toBe('done')
    expect((await world.visitor.request('GET', '/v1/users/me')).status).toBe(401)
  })

  it('/error answers before the start, or fails within the answer', async () => {
    expect(await code(chat(chatBody('/error 4028')))).toBe(4028)
    expect((await chat(chatBody('/error 502'))).status).toBe(502)
    const events = await world.visitor.ask('/error 4013 late')
    expect(names(events).slice(-2)).toEqual(['conversation.chat.failed', 'done'])
    expect(field(events.at(-2), 'last_error')).toMatchObject({ code: 4013 })
    expect(spoken(events)).not.toBe('')
  })

  it('/cut breaks the stream, /voice speaks, /image shows a picture that the world.simulator serves', async () => {
    const cut = await world.visitor.request('POST', '/v3/chat', chatBody('/cut'))
    await expect(cut.text()).rejects.toThrow()
    const voice = (await world.visitor.ask('/voice')).find(({ event }) => event === 'conversation.audio.delta')
    expect(atob(String(field(voice, 'content'))).slice(0, 4)).toBe('RIFF')
    const [, address = ''] = /\((https:[^)]+)\)/.exec(spoken(await world.visitor.ask('/image'))) ?? []
    const picture = await world.simulator.fetch(new Request(address))
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
  })

  it('names what was uploaded', async () => {
    const form = new FormData()
    form.append('file', new File(['x'.repeat(2048)], 'receipt.png', { type: 'image/png' }))
    const request = new Request(`${ORIGIN}/v1/files/upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.visitor.token}` },
      body: form,
    })
    const { data } = await (await world.simulator.fetch(request)).json()
    const parts = JSON.stringify([
      { type: 'text', text: 'What is this?' },
      { type: 'image', file_id: data.id },
    ])
    const events = await world.visitor.ask('', undefined, { additional_messages: [user(parts, 'object_string')] })
    expect(spoken(events)).toContain('`receipt.png` (2.0 KB)')
  })

  it('accepts //v3/chat, as the mini-program client sends it', async () => {
    const response = await world.visitor.request('POST', '//v3/chat', chatBody('hello'))
    expect(await response.text()).toContain('event:done')
  })
})
