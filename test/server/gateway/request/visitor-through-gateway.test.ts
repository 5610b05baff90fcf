import { describe, expect, it } from 'vitest'
import { botId, createGatewayFixture, ORIGIN } from '../support.ts'

describe('whose a request to the gateway is', () => {
  it('T6: who shows a ticket is its visitor, whoever is signed in at the site, and identify is not asked', async () => {
    let asked = 0
    const identify = (request: Request) => {
      asked++
      return request.headers.get('x-user')
    }
    const { visit } = await createGatewayFixture({ service: { identify } })
    const visitor = await visit()
    const alice = await visit({ 'x-user': 'alice' })
    const [theirs, hers] = [(await visitor.talk()).conversation, (await alice.talk()).conversation]
    asked = 0
    const retrieve = async (conversation: string, bearer: string | null, headers = {}) => {
      const path = `/v1/conversation/retrieve?conversation_id=${conversation}`
      return ((await (await visitor.request('GET', path, { bearer, headers })).json()) as { code: number }).code
    }
    const ticket = visitor.answer.session_id ?? ''
    expect(await retrieve(theirs, ticket, { 'x-user': 'alice' })).toBe(0)
    expect(await retrieve(hers, ticket, { 'x-user': 'alice' })).toBe(4200)
    expect(asked).toBe(0)
    // Without a credential of ours it is the user of the site's session, also beside a token of somebody else's.
    for (const bearer of [null, 'xv1.', 'a-token-of-the-site']) {
      expect([bearer, await retrieve(hers, bearer, { 'x-user': 'alice' })]).toEqual([bearer, 0])
      expect([bearer, await retrieve(theirs, bearer, { 'x-user': 'alice' })]).toEqual([bearer, 4200])
    }
    expect(asked).toBe(6)
  })

  it('T8: a request that tells no origin passes by a credential of ours, and by no other', async () => {
    const { service, visit } = await createGatewayFixture({ service: { identify: () => 'alice' } })
    const { answer } = await visit()
    const status = async (bearer: string) => {
      const headers = { authorization: `Bearer ${bearer}` }
      return (await service.fetch(new Request(`${ORIGIN}/api/coze/v1/bots/${botId}`, { headers }))).status
    }
    expect(await status(answer.access_token)).toBe(200)
    expect(await status('a-token-of-the-site')).toBe(403)
  })
})
