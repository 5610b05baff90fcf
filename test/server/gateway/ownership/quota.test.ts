import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOwnership, ownerOfEntry } from '../../../../src/server/gateway/ownership/ownership.ts'
import type { SessionName } from '../../../../src/server/identity/session-name.ts'
import { createMemoryTokenStore } from '../../../../src/server/store/memory-token-store.ts'
import { createRedisTokenStore } from '../../../../src/server/store/redis-token-store.ts'
import { startRedis } from '../../support/redis-server.ts'
import { SECRET } from '../../support/test-service.ts'
import { botId, chatBody, createGatewayFixture } from '../support.ts'

describe('what a session makes', () => {
  it('T37: 100,500 conversations of one session leave everybody else theirs, and their logouts', async () => {
    const store = createMemoryTokenStore({ maxEntries: 10_000, ownerOf: ownerOfEntry })
    const ownership = createOwnership(store)
    const ann = 'a1_ann' as SessionName
    await ownership.claim('conversation', '1', ann)
    await ownership.claim('chat', '2', ann, '1')
    await ownership.claim('file', '3', ann)
    await store.set(`gateway-end:${ann}`, { atMs: 1 }, { ttlMs: 900_000 })
    for (let i = 0; i < 100_500; i++) await ownership.claim('conversation', `7${i}`, 'a1_eve' as SessionName)
    expect([
      await ownership.whose('conversation', '1', ann),
      await ownership.whose('chat', '2', ann, '1'),
      await ownership.whose('file', '3', ann),
      await store.get(`gateway-end:${ann}`),
    ]).toEqual(['own', 'own', 'own', { atMs: 1 }])
  })

  it.each(['coze', 'studio'] as const)(
    'T37: is bounded: conversations that one session begins in an hour, in front of %s; others and its own go on',
    async (flavour) => {
      const { visit, asked } = await createGatewayFixture({ flavour, gateway: { maxNewConversations: 3 } })
      const [eve, ann] = [await visit(), await visit()]
      const create = (browser: typeof eve) => browser.json('POST', '/v1/conversation/create', { bot_id: botId })
      const { conversation } = await eve.talk()
      await create(eve)
      await (await eve.request('POST', '/v3/chat', { body: chatBody('hi') })).text()
      asked.length = 0
      const refused = [await create(eve), await eve.json('POST', '/v3/chat', chatBody('hi'))]
      for (const { status, body } of refused) {
        expect([status, body]).toEqual([429, { error: 'rate_limited', retryAfter: 3_600 }])
      }
      expect(asked).toEqual([])
      const path = `/v3/chat?conversation_id=${conversation}`
      expect((await eve.request('POST', path, { body: chatBody('hi') })).status).toBe(200)
      expect((await create(ann)).body['code']).toBe(0)
    },
  )
})

describe('with a Redis server', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>
  let client: Awaited<ReturnType<typeof redis.connect>>
  beforeAll(async () => {
    redis = await startRedis()
    client = await redis.connect()
  })
  afterAll(async () => {
    client?.destroy()
    await redis?.stop()
  })

  it('T37: two processes count the conversations of a session together', async () => {
    const store = () => createRedisTokenStore({ client, secret: SECRET, commandTimeoutMs: 5_000 })
    const gateway = { maxNewConversations: 2 }
    const one = await createGatewayFixture({ gateway, service: { store: store() } })
    const { appId, keyId, privateKeyPem: privateKey } = one.simulator.credentials
    const two = await createGatewayFixture({
      gateway,
      service: { store: store(), appId, keyId, privateKey },
      fetch: (input) => one.simulator.fetch(input as Request),
    })
    const [eve, elsewhere] = [await one.visit(), await two.visit()]
    const bearer = eve.answer.access_token
    const create = async (browser: typeof eve) =>
      (await browser.request('POST', '/v1/conversation/create', { body: { bot_id: botId }, bearer })).status
    expect([await create(eve), await create(elsewhere), await create(eve), await create(elsewhere)]).toEqual([
      200, 200, 429, 429,
    ])
  })
})
