import { describe, expect, it } from 'vitest'
import { ownerOfEntry } from '../../../../src/server/gateway/ownership/ownership.ts'
import { createStudioConversationList } from '../../../../src/server/gateway/ownership/studio-conversation-list.ts'
import type { SessionName } from '../../../../src/server/identity/session-name.ts'
import { createMemoryTokenStore } from '../../../../src/server/store/memory-token-store.ts'
import { botId, chatBody, createGatewayFixture, type FixtureOptions, type GatewayFixture } from '../support.ts'

/** A fixture in which `answer` may take Coze's place. */
async function inFrontOf(
  answer: (request: Request) => Response | undefined,
  options: FixtureOptions = {},
): Promise<GatewayFixture> {
  const fixture: GatewayFixture = await createGatewayFixture({
    ...options,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      return answer(request) ?? fixture.simulator.fetch(request)
    },
  })
  return fixture
}

const listed = async (browser: Awaited<ReturnType<GatewayFixture['visit']>>, query = '') => {
  const { body } = await browser.json('GET', `/v1/conversations?bot_id=${botId}${query}`)
  return (body['data'] as { conversations: { id: string }[] }).conversations.map(({ id }) => id)
}

describe('a Coze that says more than it should', () => {
  it('T3: lists the conversations of others, and nobody sees any but their own', async () => {
    let everybody: unknown[] = []
    const { visit } = await inFrontOf(({ url }) =>
      url.includes('/v1/conversations?')
        ? Response.json({ code: 0, data: { has_more: false, conversations: everybody } })
        : undefined,
    )
    const [ann, bob] = [await visit(), await visit()]
    const [hers, his] = [(await ann.talk()).conversation, (await bob.talk()).conversation]
    everybody = [{ id: hers, name: 'hers' }, null, 7, {}, { id: null }, { id: { a: 1 }, name: 'whose?' }, { id: his }]
    expect(await listed(bob)).toEqual([his])
    expect(await listed(ann)).toEqual([hers])
  })

  it('T3: puts a turn into the conversation of somebody else, and lets go of the stream', async () => {
    let conversation = ''
    let asked: Request | undefined
    const { visit } = await inFrontOf((request) => {
      if (!request.url.endsWith('/v3/chat') || conversation === '') return undefined
      asked = request
      const head = `event:conversation.chat.created\ndata:{"id":"9","conversation_id":"${conversation}"}\n\n`
      const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(head)) })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    })
    const [ann, bob] = [await visit(), await visit()]
    conversation = (await ann.talk()).conversation
    const refused = await bob.json('POST', '/v3/chat', chatBody('hi'))
    expect(refused.body).toMatchObject({ code: 4002 })
    expect(asked?.signal.aborted).toBe(true)
  })

  it('is asked for a conversation by its id and by nothing else', async () => {
    const { visit, asked } = await createGatewayFixture()
    await (await visit()).json('GET', '/v1/conversation/retrieve?conversation_id=7')
    expect(asked.map(({ method, url }) => [method, new URL(url).search])).toEqual([['GET', '?conversation_id=7']])
  })
})

describe('a conversation that this process does not remember', () => {
  it('F45: is found with a new token where Coze has revoked the old one', async () => {
    const store = createMemoryTokenStore()
    const { visit, simulator } = await createGatewayFixture({ service: { store } })
    const ann = await visit()
    const { conversation } = await ann.talk()
    await store.delete(`gateway-own:conversation:${conversation}`)
    simulator.revoke()
    const found = await ann.json('GET', `/v1/conversation/retrieve?conversation_id=${conversation}`)
    expect(found).toMatchObject({ status: 200, body: { code: 0, data: { id: conversation } } })
  })

  it.each(['coze', 'studio'] as const)('is one that was deleted, in front of %s', async (flavour) => {
    const store = createMemoryTokenStore()
    const { visit } = await createGatewayFixture({ flavour, service: { store } })
    const ann = await visit()
    const [kept, deleted] = [(await ann.talk()).conversation, (await ann.talk()).conversation]
    await ann.json('DELETE', `/v1/conversations/${deleted}`)
    expect(await store.get(`gateway-own:conversation:${deleted}`)).toBeUndefined()
    expect(await store.get(`gateway-own:conversation:${kept}`)).toBeDefined()
    expect(await listed(ann)).toEqual([kept])
  })
})

describe('the list of a session in front of Coze Studio', () => {
  const other = '7300000000000000002'

  it('is in pages, newest or oldest first, and leaves out what Studio has lost', async () => {
    let lost = ''
    const { visit } = await inFrontOf(
      ({ url }) =>
        lost !== '' && url.includes('/conversation/retrieve') && url.includes(lost)
          ? Response.json({ code: 4200, msg: 'gone' })
          : undefined,
      { flavour: 'studio' },
    )
    const ann = await visit()
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.unshift((await ann.talk()).conversation)
    expect(await listed(ann, '&page_size=2')).toEqual(ids.slice(0, 2))
    expect(await listed(ann, '&page_size=2&page_num=2')).toEqual(ids.slice(2, 4))
    expect(await listed(ann, '&page_size=2&page_num=3')).toEqual(ids.slice(4))
    expect(await listed(ann, '&page_size=2&sort_order=ASC')).toEqual(ids.toReversed().slice(0, 2))
    for (const odd of ['&page_num=0', '&page_num=x1', '&page_num=1x', '&page_num=-1']) {
      expect([odd, ...(await listed(ann, odd))]).toEqual([odd, ...ids])
    }
    lost = ids[1] ?? ''
    expect(await listed(ann)).toEqual(ids.filter((id) => id !== lost))
  })

  it('T21 T37: is of one agent, and remembers the newest 100', async () => {
    const list = createStudioConversationList(createMemoryTokenStore())
    const session = 'a1_ann' as SessionName
    expect(await list.of(session, botId)).toEqual([])
    for (let i = 0; i < 101; i++) await list.add(session, botId, String(i))
    await list.add(session, other, 'elsewhere')
    const ids = await list.of(session, botId)
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([99, '100', '2'])
    expect(await list.of(session, other)).toEqual(['elsewhere'])
  })
})

describe('whose an entry of the store is', () => {
  it.each([
    ['gateway-own:conversation:7', { owner: 'a1_ann' }, 'a1_ann'],
    ['gateway-end:a1_ann', { atMs: 7 }, 'a1_ann'],
    ['gateway-list:a1_ann', { owner: 7, entries: [] }, 'a1_ann'],
  ])('T37: %s with %j is of %s', (key, value, owner) => {
    expect(ownerOfEntry(key, value)).toBe(owner)
  })
})
