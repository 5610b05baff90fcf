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

describe('the gateway under fuzz', () => {
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
