import { describe, expect, it } from 'vitest'
import { createChatStore } from '../../../src/chat/chat-store.ts'
import { createCozeTransport } from '../../../src/coze/coze-transport.ts'
import { createTokenService } from '../../../src/server/token-service.ts'
import { bundledParts } from '../../../src/widget/bundled-parts.ts'
import { STUDIO, studioResponse } from '../../support/studio-bodies.ts'
import { SECRET } from '../support/test-service.ts'
import { appId, type Browser, botId, createGatewayFixture, type GatewayFixture, ORIGIN, workflowId } from './support.ts'

/** The light chat, without its screen, on a page that sets `apiBase` to the gateway. */
function openChat(fixture: GatewayFixture, browser: Browser) {
  const transport = createCozeTransport(
    {
      target: { botId },
      subject: () => browser.answer.subject,
      lang: 'en',
      fetch: (input, init) => {
        const request = new Request(input, init)
        request.headers.set('origin', ORIGIN)
        return fixture.service.fetch(request)
      },
      getToken: async () => ({ token: browser.answer.access_token, apiBase: `${ORIGIN}/api/coze` }),
    },
    bundledParts,
  )
  return createChatStore({ parts: bundledParts, transport })
}

const { signal } = new AbortController()

describe('the light chat in front of Coze Studio', () => {
  it('F93: a new visitor is greeted, asks and is answered; when they come back it is all there', async () => {
    const fixture = await createGatewayFixture({ flavour: 'studio' })
    const browser = await fixture.visit()
    const first = openChat(fixture, browser)
    await first.open()
    expect(first.getState()).toMatchObject({
      phase: 'ready',
      problem: undefined,
      messages: [],
      agent: { name: 'Mocha' },
    })
    await first.send('My name is Ann')
    await first.send('What is my name?')
    const { messages, conversationId } = first.getState()
    expect(messages.map(({ role, status }) => [role, status])).toEqual([
      ...[
        ['user', 'sent'],
        ['assistant', 'complete'],
      ],
      ...[
        ['user', 'sent'],
        ['assistant', 'complete'],
      ],
    ])
    expect(messages.at(-1)?.text).toContain('Ann')
    const again = openChat(fixture, browser)
    await again.open()
    expect(again.getState()).toMatchObject({ phase: 'ready', problem: undefined, conversationId })
    expect(again.getState().messages.map(({ text }) => text)).toEqual(messages.map(({ text }) => text))
    const stranger = openChat(fixture, await fixture.visit())
    await stranger.open()
    expect(stranger.getState()).toMatchObject({ phase: 'ready', messages: [] })
  })

  it('F93: an answer is stopped at Studio, and the next question is answered', async () => {
    const fixture = await createGatewayFixture({ flavour: 'studio', knobs: { pieceDelayMs: 20 } })
    const chat = openChat(fixture, await fixture.visit())
    await chat.open()
    const turn = chat.send('/long 400')
    await expect.poll(() => chat.getState().messages.at(-1)?.text).toMatch(/\S/)
    chat.stop()
    await turn
    expect(chat.getState().messages.at(-1)?.status).toBe('stopped')
    expect(fixture.events.filter((event) => event.type === 'gateway_request' && event.route === 'chat_cancel')).toEqual(
      [expect.objectContaining({ status: 200 })],
    )
    fixture.simulator.setKnobs({ pieceDelayMs: 0 })
    await chat.send('hello')
    expect(chat.getState()).toMatchObject({ problem: undefined, turn: { phase: 'idle' } })
    expect(chat.getState().messages.at(-1)).toMatchObject({ role: 'assistant', status: 'complete' })
  })

  it('F93: a file is uploaded, sent, and still named when the visitor comes back', async () => {
    const fixture = await createGatewayFixture({ flavour: 'studio' })
    const browser = await fixture.visit()
    const chat = openChat(fixture, browser)
    await chat.open()
    const menu = new File(['tea'], 'menu.png', { type: 'image/png' })
    const attachment = await chat.upload(menu, () => {}, signal)
    expect(attachment).toMatchObject({ kind: 'image', name: 'menu.png', sizeBytes: 3, fileId: /^\d+$/ })
    await chat.send({ text: 'What is this?', attachments: [attachment] })
    const again = openChat(fixture, browser)
    await again.open()
    const [question] = again.getState().messages
    expect(question).toMatchObject({ text: 'What is this?', attachments: [{ name: 'menu.png', sizeBytes: 3 }] })
  })

  it('F93: an answer that fails is told, and may be asked for again', async () => {
    const fixture = await createGatewayFixture({
      flavour: 'studio',
      knobs: { failAfter: { deltas: 1, code: 103100001 } },
    })
    const chat = openChat(fixture, await fixture.visit())
    await chat.open()
    await chat.send('hello')
    const failed = chat.getState().messages.find(({ problem }) => problem !== undefined)
    expect(failed?.problem).toMatchObject({ code: 'upstream_error', retryable: true, upstreamCode: '103100001' })
    fixture.simulator.setKnobs({ failAfter: null })
    await chat.retry(failed?.key ?? '')
    expect(chat.getState().messages.at(-1)).toMatchObject({ role: 'assistant', status: 'complete' })
  })

  it('F93: conversations are listed, renamed and deleted', async () => {
    const fixture = await createGatewayFixture({ flavour: 'studio' })
    const chat = openChat(fixture, await fixture.visit())
    await chat.open()
    await chat.send('hello')
    const { conversationId: first = '' } = chat.getState()
    await chat.newConversation()
    await chat.send('hello again')
    const { conversationId: second = '' } = chat.getState()
    await chat.renameConversation(first, 'Tea')
    await chat.loadConversations()
    const items = () => chat.getState().conversations.items.map(({ id, title }) => [id, title])
    expect(items()).toEqual(
      [
        [second, ''],
        [first, 'Tea'],
      ].map((row) => expect.arrayContaining(row.filter(Boolean))),
    )
    await chat.deleteConversation(first)
    await chat.loadConversations()
    expect(items().map(([id]) => id)).toEqual([second])
    expect(chat.getState().problem).toBeUndefined()
  })
})

describe('Coze Studio’s own bodies', () => {
  const conversation = '7500000000000000001'
  const chat = '7500000000000000100'

  /** A visitor whose conversation and chat are known, in front of a Studio that answers this to the next call. */
  async function inFrontOf(answer: () => Response) {
    let isNext = false
    const fixture = await createGatewayFixture({
      flavour: 'studio',
      fetch: async (input) => {
        const { pathname } = new URL((input as Request).url)
        if (isNext) return answer()
        if (pathname === '/v1/conversation/create') return studioResponse('created conversation')
        const event = JSON.stringify({ id: chat, conversation_id: conversation, status: 'created' })
        return new Response(`event:conversation.chat.created\ndata:${event}\n\n`, {
          headers: { 'content-type': 'text/event-stream' },
        })
      },
    })
    const ann = await fixture.visit()
    await ann.talk()
    isNext = true
    return ann
  }

  const inChat = `conversation_id=${conversation}&chat_id=${chat}`
  const listOf = `/v1/conversation/message/list?conversation_id=${conversation}`
  it.each<[name: string, method: string, path: string, body: object | undefined, expected: object]>([
    [
      'agent',
      'GET',
      `/v1/bots/${botId}`,
      undefined,
      { data: { name: 'Mocha', shortcut_commands: [], voice_info_list: [] } },
    ],
    ['no messages', 'POST', listOf, {}, { data: [], has_more: false }],
    ['messages', 'POST', listOf, {}, { data: [{ role: 'assistant' }, { role: 'user' }] }],
    [
      'retrieved conversation',
      'GET',
      `/v1/conversation/retrieve?conversation_id=${conversation}`,
      undefined,
      { data: { id: conversation, name: 'Tea' } },
    ],
    [
      'renamed conversation',
      'PUT',
      `/v1/conversations/${conversation}`,
      { name: 'Tea' },
      { data: { id: conversation } },
    ],
    ['deleted conversation', 'DELETE', `/v1/conversations/${conversation}`, undefined, {}],
    [
      'cleared conversation',
      'POST',
      `/v1/conversations/${conversation}/clear`,
      {},
      { data: { id: '7500000000000000003' } },
    ],
    ['chat', 'GET', `/v3/chat/retrieve?${inChat}`, undefined, { data: { id: chat, status: 'in_progress' } }],
    ['chat', 'POST', `/v3/chat/retrieve?${inChat}`, undefined, { data: { id: chat } }],
    [
      'cancelled chat',
      'POST',
      '/v3/chat/cancel',
      { conversation_id: conversation, chat_id: chat },
      { data: { id: chat, status: 'canceled' } },
    ],
    ['turn messages', 'GET', `/v3/chat/message/list?${inChat}`, undefined, { data: [{ content: 'hello' }] }],
    ['no turn messages', 'POST', `/v3/chat/message/list?${inChat}`, undefined, { data: [] }],
  ])('F93: %s, to %s, reaches the browser in Coze’s shape', async (name, method, path, body, expected) => {
    const ann = await inFrontOf(() => studioResponse(name))
    const answer = await ann.json(method, path, body)
    expect(answer).toMatchObject({ status: 200, body: { code: 0, ...expected } })
  })

  it('F93: an agent without an envelope is an agent all the same', async () => {
    const { data } = STUDIO['agent'] as { data: object }
    const ann = await inFrontOf(() => Response.json(data))
    const { body } = await ann.json('GET', `/v1/bot/get_online_info?bot_id=${botId}`)
    expect(body).toMatchObject({ code: 0, data: { bot_id: botId, name: 'Mocha' } })
    expect(JSON.stringify(body)).not.toContain('You are Mocha')
  })

  it.each<[what: string, answer: () => Response, code: number]>([
    ['a turn that is over', () => studioResponse('turn is over', 400), 4104],
    ['plain text', () => new Response('code=103200003 message=record not found\nstack=x', { status: 500 }), 4001],
    [
      'a conversation of another account',
      () => Response.json({ code: 103000001, msg: 'unauthorized access : x' }),
      4002,
    ],
    ['a malformed request', () => Response.json({ code: 400, msg: "'bot_id' is missing" }, { status: 400 }), 4000],
  ])('F93: %s is refused with Coze’s code, and without Studio’s words', async (_what, answer, code) => {
    const ann = await inFrontOf(answer)
    const { body } = await ann.json('POST', '/v3/chat/cancel', { conversation_id: conversation, chat_id: chat })
    expect(body['code']).toBe(code)
    expect(JSON.stringify(body)).not.toMatch(/stack|unauthorized|missing/)
  })

  it('F93: a chat that Studio refuses in an event is refused in JSON, by the reason inside', async () => {
    const msg = 'code=103100002 message=agent not exists\\nstack=x'
    const event = `event:error\ndata:{"code":103100001,"msg":"${msg}"}\n\n`
    const ann = await inFrontOf(() => new Response(event, { headers: { 'content-type': 'text/event-stream' } }))
    const path = `/v3/chat?conversation_id=${conversation}`
    const body = { bot_id: botId, stream: true, additional_messages: [{ role: 'user', content: 'hi' }] }
    expect((await ann.json('POST', path, body)).body['code']).toBe(4006)
  })

  it('F93: what is neither a body of Studio’s nor a refusal is an outage', async () => {
    for (const answer of [
      () => Response.json({ hello: 1 }),
      () => new Response('<html></html>'),
      () => Response.json([]),
    ]) {
      const ann = await inFrontOf(answer)
      const ids = { conversation_id: conversation, chat_id: chat }
      expect((await ann.json('POST', '/v3/chat/cancel', ids)).status).toBe(503)
    }
  })
})

describe('lists that Coze leaves out', () => {
  it.each([{}, { data: null }])('F93: are empty lists for every client behind the gateway: %j', async (without) => {
    const answer = { code: 0, msg: '', ...without }
    let isNext = false
    const fixture: GatewayFixture = await createGatewayFixture({
      fetch: async (input) => (isNext ? Response.json(answer) : fixture.simulator.fetch(input as Request)),
    })
    const ann = await fixture.visit()
    const { conversation, chat } = await ann.talk()
    isNext = true
    const list = await ann.json('POST', `/v1/conversation/message/list?conversation_id=${conversation}`, {})
    expect(list.body).toMatchObject({ code: 0, data: [] })
    const turn = await ann.json('GET', `/v3/chat/message/list?conversation_id=${conversation}&chat_id=${chat}`)
    expect(turn.body).toMatchObject({ code: 0, data: [] })
    const page = await ann.json('GET', `/v1/conversations?bot_id=${botId}`)
    expect(page.body).toMatchObject({ code: 0, data: { conversations: [], has_more: false } })
  })
})

describe('a message of Coze’s client for Python', () => {
  it('F95: passes the gateway with null in the fields that it does not use', async () => {
    const fixture = await createGatewayFixture()
    const ann = await fixture.visit()
    const part = (fields: object) => ({ text: null, file_id: null, file_url: null, ...fields })
    const parts = [part({ type: 'text', text: 'Look' }), part({ type: 'image', file_id: await ann.upload() })]
    const content = { content: JSON.stringify(parts), content_type: 'object_string' }
    const message = { role: 'user', type: 'question', ...content, meta_data: null, id: null, created_at: null }
    const body = { bot_id: botId, user_id: 'u', stream: true, additional_messages: [message] }
    const answer = await ann.request('POST', '/v3/chat', { body })
    expect(await answer.text()).toContain('conversation.chat.completed')
  })
})

describe('a chatflow of Coze Studio', () => {
  it('F93: is refused at the start, because all visitors would share its conversation, with the cure', () => {
    const studio = { baseUrl: 'https://studio.example', personalToken: 'pat_secret' }
    const create = () =>
      createTokenService({ secret: SECRET, bots: [botId, { appId, workflowId }], gateway: { studio } })
    expect(create).toThrow(expect.objectContaining({ code: 'misconfigured' }))
    expect(create).toThrow(/Put the chatflow into an agent/)
  })
})
