import { describe, expect, it } from 'vitest'
import { IDENTITY_FIELDS } from '../../../src/contract.ts'
import { appId, botId, createGatewayFixture, type Flavour, ORIGIN, spoken, workflowId } from './support.ts'

const flow = { appId, workflowId }

describe.each<Flavour>(['coze', 'studio'])('POST /chat in front of %s', (flavour) => {
  it.each([
    ['an agent', botId],
    ['a chatflow', flow],
  ] as const)('talks to %s: a message in, an answer out, and the conversation to go on with', async (_name, bot) => {
    const { visit } = await createGatewayFixture({ flavour, service: { bots: [bot] } })
    const [ann, bob] = [await visit(), await visit()]
    const first = await ann.json('POST', '/chat', { message: 'My name is Ann' })
    expect(first).toEqual({
      status: 200,
      body: {
        answer: expect.stringContaining('Ann'),
        conversation_id: expect.stringMatching(/^\d+$/),
        follow_ups: expect.any(Array),
      },
    })
    const conversation_id = first.body['conversation_id']
    const second = await ann.json('POST', '/chat', { message: 'What is my name?', conversation_id })
    expect(second.body).toMatchObject({ answer: expect.stringContaining('Ann'), conversation_id })
    expect(await bob.json('POST', '/chat', { message: 'What is my name?', conversation_id })).toMatchObject({
      body: { code: 4002 },
    })
    const own = await bob.json('POST', '/chat', { message: 'What is my name?' })
    expect(own.body['answer']).not.toContain('Ann')
    expect(own.body['conversation_id']).not.toBe(conversation_id)
  })
})

describe('POST /chat', () => {
  it('streams when it is asked to', async () => {
    const { visit } = await createGatewayFixture()
    const response = await (await visit()).request('POST', '/chat', { body: { message: 'hello', stream: true } })
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(spoken(await response.text())).not.toBe('')
  })

  it('T1: refuses every name for a user, in body, query and headers', async () => {
    const { visit, asked } = await createGatewayFixture()
    const browser = await visit()
    for (const field of IDENTITY_FIELDS) {
      const tries = [
        browser.json('POST', '/chat', { message: 'hi', [field]: 'alice' }),
        browser.json('POST', `/chat?${field}=alice`, { message: 'hi' }),
        browser
          .request('POST', '/chat', { body: { message: 'hi' }, headers: { [field]: 'alice' } })
          .then(async (response) => ({ status: response.status, body: await response.json() })),
      ]
      for (const { status, body } of await Promise.all(tries)) {
        expect([field, status, body]).toEqual([field, 400, { error: 'identity_in_body' }])
      }
    }
    expect(asked).toEqual([])
  })

  it('wants a message, and somebody who says it', async () => {
    const { visit, service, asked } = await createGatewayFixture()
    const browser = await visit()
    for (const body of [
      {},
      { message: '' },
      { message: 7 },
      { message: 'x', more: 1 },
      { message: 'x', stream: 'yes' },
      [],
    ]) {
      expect(await browser.json('POST', '/chat', body)).toMatchObject({ status: 400, body: { error: 'bad_request' } })
    }
    const nobody = await service.fetch(
      new Request(`${ORIGIN}/api/coze/chat`, {
        method: 'POST',
        headers: { origin: ORIGIN, 'content-type': 'application/json' },
        body: '{"message":"hi"}',
      }),
    )
    expect(nobody.status).toBe(401)
    expect(asked).toEqual([])
  })

  it('tells a failure by its code, whether the answer failed before it began or later', async () => {
    const { visit } = await createGatewayFixture()
    const browser = await visit()
    expect(await browser.json('POST', '/chat', { message: '/error 4013' })).toMatchObject({ body: { code: 4013 } })
    for (const when of ['late', 'event']) {
      const answer = await browser.json('POST', '/chat', { message: `/error 4028 ${when}` })
      expect(answer).toMatchObject({ status: 502, body: { code: 4028, msg: 'Refused with code 4028.' } })
    }
    expect(await browser.json('POST', '/chat', { message: '/cut' })).toMatchObject({
      status: 503,
      body: { error: 'upstream_unavailable' },
    })
  })
})
