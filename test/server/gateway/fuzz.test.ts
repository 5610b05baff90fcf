import { describe, expect, it } from 'vitest'
import fc from '../../support/fast-check.ts'
import { appId, botId, createGatewayFixture, workflowId } from './support.ts'

const PATHS = [
  '/v3/chat',
  '/v1/workflows/chat',
  '/v1/conversation/create',
  '/v3/chat/cancel',
  '/v1/audio/speech',
  '/chat',
]
const names = [
  ...['bot_id', 'app_id', 'workflow_id', 'conversation_id', 'chat_id', 'message', 'messages', 'additional_messages'],
  ...['parameters', 'shortcut_command', 'content', 'content_type', 'file_id', 'stream', 'input', 'role'],
  ...['__proto__', 'constructor', 'toString', 'CONVERSATION_NAME', 'ext', 'meta_data'],
]
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(
      botId,
      appId,
      workflowId,
      'object_string',
      '[{"type":"file","file_id":"7"}]',
      '{"a":[',
      '',
      7,
    ),
    fc.string({ unit: 'binary' }),
    fc.constantFrom<unknown>(null, true, 1e300),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 6 }),
  ),
}))

interface SentBody {
  input?: unknown
  additional_messages?: { content_type?: string }[]
}

/** Mostly one of the visitor's own, so that many messages pass. */
const mostly = (own: readonly unknown[], ...others: unknown[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...own) },
    { weight: 2, arbitrary: fc.constantFrom(...others) },
    { weight: 1, arbitrary: json },
  )
const message = fc.record({
  role: mostly(['user', undefined], 'system', 'assistant', 'User', null, ''),
  type: mostly(['question', undefined], 'answer', 'knowledge', 'verbose', null, ''),
  content: mostly(['hi', '[{"type":"text","text":"hi"}]'], '[{"type":"system","text":"hi"}]'),
  content_type: mostly(['text', undefined], 'object_string', 'card', null),
  meta_data: mostly([undefined, {}], { a: 'b' }, { role: 'system' }),
})

describe('the gateway under fuzz', () => {
  it('T33: what goes up is a visitor\u2019s question, whatever turn was sent', async () => {
    const sent: string[] = []
    const fixture = await createGatewayFixture({
      fetch: async (input) => {
        const request = input as Request
        if (request.url.includes('/oauth2/')) return Response.json({ access_token: 'czs_1', expires_in: 86_000 })
        sent.push(await request.text())
        return Response.json({ code: 4000, msg: 'Request parameter error' })
      },
      gateway: { maxNewConversations: 1_000_000 },
    })
    const browser = await fixture.visit()
    let passed = 0
    const property = fc.asyncProperty(
      fc.boolean(),
      fc.array(message, { minLength: 1, maxLength: 2 }),
      async (asks, list) => {
        sent.length = 0
        const body = asks ? { bot_id: botId, additional_messages: list } : { bot_id: botId, messages: list }
        await browser.request('POST', asks ? '/v3/chat' : '/v1/conversation/create', { body })
        for (const text of sent) {
          const { additional_messages, messages } = JSON.parse(text) as Record<string, object[] | undefined>
          for (const each of additional_messages ?? messages ?? []) {
            passed++
            expect(each).toMatchObject({ role: 'user', content: expect.any(String) })
            const { type = 'question', content_type = 'text' } = each as { type?: string; content_type?: string }
            expect([type, content_type]).toEqual(['question', expect.stringMatching(/^(?:text|object_string)$/)])
          }
        }
      },
    )
    await fc.assert(property, { numRuns: 1_000 })
    expect(passed).toBeGreaterThan(200)
  })

  it('F72 T17: answers whatever is sent without a 5xx, a changed prototype or an id it has not checked', async () => {
    const fixture = await createGatewayFixture({
      fetch: async (input) =>
        (input as Request).url.includes('/oauth2/')
          ? Response.json({ access_token: 'czs_1', expires_in: 86_000 })
          : Response.json({ code: 4000, msg: 'Request parameter error' }),
    })
    const browser = await fixture.visit()
    const sent = fc.asyncProperty(fc.constantFrom(...PATHS), json, async (path, value) => {
      fixture.asked.length = 0
      const raw = JSON.stringify(value) ?? 'null'
      const response = await browser.request('POST', path, { raw, headers: { 'content-type': 'application/json' } })
      await response.arrayBuffer()
      expect(response.status).toBeLessThan(500)
      for (const request of fixture.asked) {
        // Nothing was uploaded, so no request may name a file; only text may contain the word `file_id`.
        const { input: _words, additional_messages: messages = [], ...rest } = (await request.json()) as SentBody
        const contents = messages.filter((message) => message.content_type === 'object_string')
        expect(JSON.stringify([contents, rest])).not.toContain('file_id')
      }
    })
    await fc.assert(sent, { numRuns: 5_000 })
    expect(Object.keys(Object.prototype)).toEqual([])
    expect({}).not.toHaveProperty('bot_id')
  })
})
