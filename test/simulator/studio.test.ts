import { beforeAll, describe, expect, it } from 'vitest'
import { type CozeSimulator, createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { chatBody, exchange, signAssertion, spoken, type Visitor, visit } from './support.ts'

const { botId } = SIMULATOR_IDS
let simulator: CozeSimulator
let anyone: Visitor

beforeAll(async () => {
  simulator = await createCozeSimulator({ knobs: { flavour: 'studio' } })
  anyone = visit(simulator, null, simulator.credentials.personalToken)
})

describe('flavour studio: the open-source server', () => {
  it('has no OAuth and takes personal tokens only, refusing others with HTTP 200 and its own code', async () => {
    const answer = await simulator.fetch(
      new Request('https://simulated.example/api/permission/oauth2/token', { method: 'POST' }),
    )
    expect(answer.status).toBe(404)
    const refused = await visit(simulator, 'A').json('GET', `/v1/bots/${botId}`)
    expect([refused.status, refused.body['code']]).toEqual([200, 700012006])
    expect((await anyone.json('GET', `/v1/bots/${botId}`)).body['code']).toBe(0)
  })

  it('ends a stream by conversation.stream.done with empty data, and sends no done', async () => {
    const response = await anyone.request('POST', '/v3/chat', chatBody('hello'))
    expect(await response.text()).toMatch(/\n\nevent:conversation\.stream\.done\ndata:\n\n$/)
    const flow = await anyone.askFlow('hello')
    expect(flow.at(-1)?.event).toBe('done')
  })

  it('gives chatflow events ids', async () => {
    const response = await anyone.request('POST', '/v1/workflows/chat', {
      workflow_id: SIMULATOR_IDS.workflowId,
      app_id: SIMULATOR_IDS.appId,
      additional_messages: [{ role: 'user', content: 'hello' }],
    })
    expect(await response.text()).toMatch(/^id: 0\nevent: conversation\.chat\.created\ndata: /)
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
    const created = await anyone.json('POST', '/v1/workflow/conversation/create', { bot_id: botId })
    expect(created.body['data']).toMatchObject({ creator_d: SIMULATOR_IDS.accountId })
    expect(created.body['data']).not.toHaveProperty('creator_id')
    const missing = await anyone.json('GET', '/v1/conversation/retrieve?conversation_id=1')
    expect([missing.status, missing.body['code']]).toEqual([200, 103000002])
    const malformed = await anyone.json('POST', '/v3/chat', { ...chatBody('x'), additional_messages: [] })
    expect([malformed.status, malformed.body['code']]).toEqual([400, 103000000])
    const events = await anyone.ask('/tool local')
    expect(events.at(-2)?.event).toBe('conversation.chat.required_action')
    for (const path of ['/v1/users/me', '/v1/audio/voices'])
      expect((await anyone.request('GET', path)).status).toBe(404)
    expect((await anyone.request('POST', '/v1/conversation/message/create?conversation_id=1', {})).status).toBe(404)
  })

  it('is a knob: the same simulator is the cloud again a moment later', async () => {
    simulator.setKnobs({ flavour: 'coze' })
    expect((await exchange(simulator, await signAssertion(simulator))).status).toBe(200)
    simulator.setKnobs({ flavour: 'studio' })
  })
})
