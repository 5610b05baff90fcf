import { beforeAll, describe, expect, it } from 'vitest'
import { type CozeSimulator, createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { STUDIO } from '../support/studio-bodies.ts'
import { chatBody, exchange, field, flowBody, signAssertion, spoken, type Visitor, visit } from './support.ts'

const { botId, appId } = SIMULATOR_IDS
let simulator: CozeSimulator
let anyone: Visitor

beforeAll(async () => {
  simulator = await createCozeSimulator({ knobs: { flavour: 'studio' } })
  anyone = visit(simulator, null, simulator.credentials.personalToken)
})

/** Which fields a body has, what is null in it, and of which type the rest is. */
function formOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(formOf)
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, formOf(held)]))
}

async function expectForm(name: string, method: string, path: string, body?: unknown) {
  const answer = await anyone.json(method, path, body)
  expect([name, answer.status, formOf(answer.body)]).toEqual([name, 200, formOf(STUDIO[name])])
  return answer.body
}

describe('flavour studio: the open-source server', () => {
  it('has no OAuth and takes personal tokens only, refusing others with HTTP 200 and its own code', async () => {
    const answer = await simulator.fetch(
      new Request('https://simulated.example/api/permission/oauth2/token', { method: 'POST' }),
    )
    expect(answer.status).toBe(404)
    const refused = await visit(simulator, 'A').json('GET', `/v1/bots/${botId}`)
    expect([refused.status, refused.body]).toEqual([200, STUDIO['unknown token']])
    expect((await anyone.json('GET', `/v1/bots/${botId}`)).body['code']).toBe(0)
  })

  it('F93: writes each body as the structs of Coze Studio do: names, null and what is left out', async () => {
    const inChannel = `bot_id=${botId}&connector_id=999&page_num=1&page_size=20`
    await expectForm('no conversations', 'GET', `/v1/conversations?${inChannel}`)
    const create = { bot_id: botId, connector_id: '999' }
    const created = await expectForm('created conversation', 'POST', '/v1/conversation/create', create)
    const id = field({ event: '', data: created['data'] as Record<string, unknown> }, 'id')
    expect(created['data']).not.toMatchObject({ last_section_id: id })
    await expectForm('conversations', 'GET', `/v1/conversations?${inChannel}`)
    await expectForm('no messages', 'POST', `/v1/conversation/message/list?conversation_id=${id}`, {})
    await expectForm('renamed conversation', 'PUT', `/v1/conversations/${id}`, { name: 'Tea' })
    await expectForm('retrieved conversation', 'GET', `/v1/conversation/retrieve?conversation_id=${id}`)
    await expectForm('cleared conversation', 'POST', `/v1/conversations/${id}/clear`)
    const upload = await anyone.upload('/v1/files/upload', new File(['a menu'], 'menu.png', { type: 'image/png' }))
    const file = (await upload.json()) as { data: { id: string } }
    expect(formOf(file)).toEqual(formOf(STUDIO['file']))
    const parts = [
      { type: 'text', text: 'What is this?' },
      { type: 'image', file_id: file.data.id },
    ]
    const question = { role: 'user', content: JSON.stringify(parts), content_type: 'object_string' }
    const body = { ...chatBody(''), stream: false, additional_messages: [question] }
    const chat = await expectForm('chat', 'POST', `/v3/chat?conversation_id=${id}`, body)
    const chatId = (chat['data'] as { id: string }).id
    const ids = `conversation_id=${id}&chat_id=${chatId}`
    await expect
      .poll(async () => (await anyone.json('GET', `/v3/chat/retrieve?${ids}`)).body['data'])
      .toMatchObject({ status: 'completed', usage: { token_count: expect.any(Number) } })
    const { body: turn } = await anyone.json('GET', `/v3/chat/message/list?${ids}`)
    expect(formOf(turn)).toEqual(formOf(STUDIO['turn messages']))
    const list = await expectForm('messages', 'POST', `/v1/conversation/message/list?conversation_id=${id}`, {})
    const asked = (list['data'] as { role: string; content: string }[]).find(({ role }) => role === 'user')
    expect(JSON.parse(asked?.content ?? '')[1]).toMatchObject({ name: 'menu.png', size: '6', file_url: /^https:/ })
    await expectForm('deleted conversation', 'DELETE', `/v1/conversations/${id}`)
    const agent = await anyone.json('GET', `/v1/bots/${botId}`)
    const fixture = STUDIO['agent'] as { data: object }
    expect(Object.keys(agent.body['data'] as object)).toEqual(Object.keys(fixture.data))
    expect(Object.keys(agent.body)).toEqual(Object.keys(fixture))
    // This one has no envelope.
    const online = await anyone.json('GET', `/v1/bot/get_online_info?bot_id=${botId}&connector_id=999`)
    expect(online.body).toEqual(agent.body['data'])
  })

  it('F93: cancels without a code, and goes on with the turn; a turn that is over is refused in a text', async () => {
    const id = await anyone.createConversation()
    simulator.setKnobs({ pieceDelayMs: 20 })
    const chat = await anyone.json('POST', `/v3/chat?conversation_id=${id}`, { ...chatBody('hello'), stream: false })
    const ids = { conversation_id: id, chat_id: (chat.body['data'] as { id: string }).id }
    await expectForm('cancelled chat', 'POST', '/v3/chat/cancel', ids)
    simulator.setKnobs({ pieceDelayMs: 0 })
    const path = `/v3/chat/retrieve?conversation_id=${id}&chat_id=${ids.chat_id}`
    await expect
      .poll(async () => (await anyone.json('GET', path)).body['data'], { timeout: 5_000 })
      .toMatchObject({ status: 'completed' })
    const refused = await anyone.json('POST', '/v3/chat/cancel', ids)
    expect([refused.status, refused.body]).toEqual([400, STUDIO['turn is over']])
  })

  it('F93: retrieves by GET only, and fails there in plain text', async () => {
    const id = await anyone.createConversation()
    const path = `/v3/chat/retrieve?conversation_id=${id}&chat_id=1`
    expect((await anyone.request('POST', path)).status).toBe(404)
    const failed = await anyone.request('GET', path)
    expect([failed.status, failed.headers.get('content-type')]).toEqual([500, 'text/plain; charset=utf-8'])
    expect(await failed.text()).toMatch(/^code=103200003 message=record not found/)
  })

  it('F93: knows a conversation of an app by the name that its owner or a chat has used', async () => {
    const create = async (conversation_name: string, get_or_create = true) => {
      const body = { app_id: appId, conversation_name, get_or_create }
      return (await anyone.json('POST', '/v1/workflow/conversation/create', body)).body
    }
    expect(await create('Ann')).toEqual(STUDIO['unknown name'])
    expect((await create('Ann', false))['code']).toBe(777777775)
    expect(await create('Default')).toMatchObject({ code: 0, data: { id: /^\d+$/, created_at: 0, meta_data: null } })
    await (
      await anyone.request('POST', '/v1/workflows/chat', {
        ...flowBody('hi'),
        parameters: { CONVERSATION_NAME: 'Ann' },
      })
    ).text()
    expect(await create('Ann')).toMatchObject({ code: 0 })
  })

  it('F93: fails by one event, without a chat and without an end', async () => {
    simulator.setKnobs({ failAfter: { deltas: 1, code: 103100001 } })
    const failed = await (await anyone.request('POST', '/v3/chat', chatBody('hello'))).text()
    simulator.setKnobs({ failAfter: null })
    expect(failed).toMatch(/\n\nevent:error\ndata:\{"code":103100001,"msg":"[^"]+"\}\n\n$/)
    const refused = await anyone.request('POST', '/v3/chat', { ...chatBody('hi'), bot_id: '1' })
    expect(refused.headers.get('content-type')).toBe('text/event-stream')
    expect(await refused.text()).toMatch(/^event:error\ndata:\{"code":103100001,"msg":"code=103100002 message=agent/)
  })

  it('ends a stream by conversation.stream.done with empty data, and sends no done', async () => {
    const response = await anyone.request('POST', '/v3/chat', chatBody('hello'))
    expect(await response.text()).toMatch(/\n\nevent:conversation\.stream\.done\ndata:\n\n$/)
    const flow = await anyone.askFlow('hello')
    expect(flow.at(-1)?.event).toBe('done')
  })

  it('gives chatflow events ids', async () => {
    const response = await anyone.request('POST', '/v1/workflows/chat', flowBody('hello'))
    expect(await response.text()).toMatch(/^id: 1\nevent: conversation\.chat\.created\ndata: /)
  })

  it('isolates nothing: the list is filtered by user_id, and any id may be continued', async () => {
    const create = (user_id: string) => anyone.createConversation({ bot_id: botId, user_id })
    const [ofA, ofB] = [await create('a'), await create('b')]
    const list = async (query: string) => {
      const { body } = await anyone.json('GET', `/v1/conversations?bot_id=${botId}${query}`)
      return (body['data'] as { conversations: { id: string }[] }).conversations.map(({ id }) => id)
    }
    expect([await list('&user_id=a'), await list('&user_id=b')]).toEqual([[ofA], [ofB]])
    expect(await list('')).toEqual(expect.arrayContaining([ofA, ofB]))
    await anyone.ask('My name is Ann', ofA, { user_id: 'a' })
    expect(spoken(await anyone.ask('What is my name?', ofA, { user_id: 'b' }))).toBe('Your name is Ann.')
  })

  it('has its own spellings, codes and gaps', async () => {
    const missing = await anyone.json('GET', '/v1/conversation/retrieve?conversation_id=1')
    expect([missing.status, missing.body]).toEqual([200, STUDIO['unknown conversation']])
    const malformed = await anyone.json('POST', '/v3/chat', { ...chatBody('x'), additional_messages: [] })
    expect([malformed.status, malformed.body['code']]).toEqual([400, 400])
    const events = await anyone.ask('/tool local')
    expect(events.at(-2)?.event).toBe('conversation.chat.required_action')
    for (const path of ['/v1/users/me', '/v1/audio/voices', '/v1/files/retrieve?file_id=1'])
      expect((await anyone.request('GET', path)).status).toBe(404)
    for (const call of ['message/create', 'message/delete', 'message/modify'])
      expect((await anyone.request('POST', `/v1/conversation/${call}?conversation_id=1`, {})).status).toBe(404)
    expect((await anyone.request('POST', '/v3/chat/submit_tool_outputs', {})).status).toBe(404)
  })

  it('is a knob: the same simulator is the cloud again a moment later', async () => {
    simulator.setKnobs({ flavour: 'coze' })
    expect((await exchange(simulator, await signAssertion(simulator))).status).toBe(200)
    simulator.setKnobs({ flavour: 'studio' })
  })
})
