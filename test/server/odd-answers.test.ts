import { describe, expect, it } from 'vitest'
import { botId, chatBody, chatflowBody, createGatewayFixture } from './gateway/support.ts'
import { createTestService } from './support/test-service.ts'

/** What a supplier says when something is wrong with it, or with what is between it and us. */
const json = (text: string, init: ResponseInit = {}) =>
  new Response(text, { headers: { 'content-type': 'application/json' }, ...init })
const events = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } })
const body = (source: UnderlyingDefaultSource<Uint8Array>, type = 'application/json') =>
  new Response(new ReadableStream(source), { headers: { 'content-type': type } })
const bytes = (text: string) => new TextEncoder().encode(text)

const ODD: Readonly<Record<string, () => Response>> = {
  'a page of HTML': () => new Response('<html>Bad gateway</html>', { headers: { 'content-type': 'text/html' } }),
  'a page of HTML that says it is JSON': () => json('<html>'),
  nothing: () => new Response(null),
  'nothing with 204': () => new Response(null, { status: 204 }),
  'an empty text': () => json(''),
  null: () => json('null'),
  'a number': () => json('7'),
  'a text': () => json('"ok"'),
  'a list': () => json('[]'),
  'an empty object': () => json('{}'),
  'a success without data': () => json('{"code":0}'),
  'data that is null': () => json('{"code":0,"data":null}'),
  'data that is a text': () => json('{"code":0,"data":"x"}'),
  'data that is a number': () => json('{"code":0,"data":7399999999999999999}'),
  'data that is a list': () => json('{"code":0,"data":[null,1,"x",[],{}]}'),
  'data of other shapes': () =>
    json(
      '{"code":0,"data":{"id":{},"conversations":{"a":1},"conversation_id":[],"messages":7,"role":[],"access_token":1}}',
    ),
  'lists of nothing': () => json('{"code":0,"data":{"conversations":[null,7,"x"],"id":null}}'),
  'a code that is a text': () => json('{"code":"oops","msg":"x"}'),
  'a code that is an object': () => json('{"code":{},"msg":"x"}'),
  'an error with 200': () => json('{"code":5000,"msg":"x"}'),
  'a detail that is a text': () => json('{"code":5000,"msg":"x","detail":"y"}'),
  'deep nests': () => json(`{"code":0,"data":${'['.repeat(50_000)}`),
  'deep nests that end': () => json(`{"code":0,"data":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
  'deep objects with long numbers': () =>
    json(`{"code":0,"n":7399999999999999999,"data":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`),
  'more than is read': () => json(`{"code":0,"data":"${'x'.repeat(9 * 1024 * 1024)}"}`),
  'bytes that are no UTF-8': () =>
    new Response(new Uint8Array([0x7b, 0xff, 0xfe]), { headers: { 'content-type': 'application/json' } }),
  'a redirect': () => json('', { status: 302, headers: { location: 'https://login.test/' } }),
  '404 without a body': () => new Response(null, { status: 404 }),
  '500 in HTML': () => new Response('<html>', { status: 500, headers: { 'content-type': 'text/html' } }),
  'a body that breaks off': () =>
    body({
      start(controller) {
        controller.enqueue(bytes('{"code":0,'))
      },
      pull: (controller) => controller.error(new TypeError('terminated')),
    }),
  'a stream in place of JSON': () => events('event:done\ndata:[DONE]\n\n'),
  'a stream of nothing': () => events(''),
  'a stream of rubbish': () => events('data\n\nevent\n\nevent:conversation.chat.created\ndata:7\n\n'),
  'a stream whose events are of other shapes': () =>
    events('event:conversation.chat.created\ndata:{"id":{},"conversation_id":{"a":1}}\n\nevent:error\ndata:null\n\n'),
  'a stream that breaks off at once': () =>
    body({ pull: (controller) => controller.error(new TypeError('terminated')) }, 'text/event-stream'),
  'a stream of a line without end': () => events(`data:${'x'.repeat(2 * 1024 * 1024)}`),
  'objects that cannot be a text': () =>
    json(
      '{"code":0,"data":{"id":{"toString":1,"valueOf":1},"conversation_id":{"toString":1,"valueOf":1},"conversations":[{"id":{"toString":1,"valueOf":1}}]}}',
    ),
  'a code that cannot be a text': () => json('{"code":{"toString":1,"valueOf":1},"detail":{"logid":7}}'),
  'a stream of objects that cannot be a text': () =>
    events('event:conversation.chat.created\ndata:{"id":"1","conversation_id":{"toString":1,"valueOf":1}}\n\n'),
  'a failed turn that cannot be told': () =>
    events(
      'event:conversation.chat.failed\ndata:{"id":"1","conversation_id":"1","last_error":{"code":{"toString":1}}}\n\n',
    ),
  'a failed turn without a reason': () =>
    events('event:conversation.chat.failed\ndata:{"id":"1","conversation_id":"1","last_error":7}\n\n'),
  'an answer that breaks off': () =>
    body(
      {
        start(controller) {
          controller.enqueue(bytes('event:conversation.chat.created\ndata:{"id":"1","conversation_id":"1"}\n\n'))
        },
        pull: (controller) => controller.error(new TypeError('terminated')),
      },
      'text/event-stream',
    ),
  'names of prototypes': () =>
    json('{"code":0,"data":{"__proto__":{"id":"1"},"constructor":7,"id":"1","hasOwnProperty":1}}'),
  'a header that is odd': () =>
    json('{"code":5000}', {
      headers: { 'retry-after': 'x'.repeat(900), 'x-tt-logid': '\xff\xfe', 'content-type': '' },
    }),
  'no response': () => undefined as never,
  'a response without headers': () => ({ status: 200, ok: true, body: null }) as never,
  'a response of an error': () => Response.error(),
  'a body that was read': () => {
    const response = json('{"code":0}')
    void response.text()
    return response
  },
  'sound in place of JSON': () => new Response(new Uint8Array(8), { headers: { 'content-type': 'audio/mpeg' } }),
}

const CALLS: readonly (readonly [method: string, path: string, init?: { body?: unknown; raw?: () => BodyInit }])[] = [
  ['GET', `/v1/bots/${botId}`],
  ['GET', `/v1/conversations?bot_id=${botId}`],
  ['POST', '/v1/conversation/create', { body: { bot_id: botId } }],
  ['GET', '/v1/conversation/retrieve?conversation_id=7'],
  ['POST', '/v1/conversation/message/list?conversation_id=7', { body: {} }],
  ['GET', '/v3/chat/retrieve?conversation_id=7&chat_id=8'],
  ['GET', '/v1/conversation/retrieve?conversation_id=OWN'],
  ['POST', '/v1/conversation/message/list?conversation_id=OWN', { body: {} }],
  ['GET', '/v3/chat/retrieve?conversation_id=OWN&chat_id=CHAT'],
  ['GET', '/v3/chat/message/list?conversation_id=OWN&chat_id=CHAT'],
  ['POST', '/v3/chat?conversation_id=OWN', { body: chatBody('hi') }],
  ['POST', '/v3/chat', { body: chatBody('hi') }],
  ['POST', '/v3/chat', { body: chatBody('hi', { stream: false }) }],
  ['POST', '/v1/workflows/chat', { body: chatflowBody('hi') }],
  ['POST', '/v1/audio/speech', { body: { input: 'hi', voice_id: '1' } }],
  ['POST', '/chat', { body: { message: 'hi' } }],
  [
    'POST',
    '/v1/files/upload',
    {
      raw: () => {
        const form = new FormData()
        form.append('file', new File(['tea'], 'a.txt'))
        return form
      },
    },
  ],
]

describe('T26: an answer of Coze’s that is none', () => {
  it.each(Object.keys(ODD))(
    'T26: from the gateway, no fault of ours and no verdict about the visitor: %s',
    async (name) => {
      const answer = ODD[name] ?? (() => new Response())
      for (const flavour of ['coze', 'studio'] as const) {
        let isOdd = false
        const fixture = await createGatewayFixture({
          flavour,
          fetch: async (input, init) => {
            const request = new Request(input, init)
            return isOdd && !request.url.includes('/oauth2/') ? answer() : fixture.simulator.fetch(request)
          },
        })
        const browser = await fixture.visit()
        const { conversation, chat } = await browser.talk()
        isOdd = true
        for (const [method, template, { body: sent, raw } = {}] of CALLS) {
          const path = template.replace('=OWN', `=${conversation}`).replace('=CHAT', `=${chat}`)
          const init = { ...(sent !== undefined && { body: sent }), ...(raw && { raw: raw() }) }
          const response = await browser.request(method, path, init)
          await response.text().catch(() => 'broken off')
          expect([flavour, path, response.status]).not.toEqual([flavour, path, 401])
        }
        expect([flavour, ...fixture.events.filter(({ type }) => type === 'fault')]).toEqual([flavour])
      }
    },
  )

  it.each(Object.keys(ODD))(
    'T26: in place of a token, no fault of ours and no verdict about the visitor: %s',
    async (name) => {
      const answer = ODD[name] ?? (() => new Response())
      const { ask, events } = createTestService({ fetch: async () => answer(), bots: [botId] })
      expect(await ask()).toMatchObject({ status: 503, json: { error: 'upstream_unavailable' } })
      expect(events.filter(({ type }) => type === 'fault')).toEqual([])
      expect(events).toContainEqual(expect.objectContaining({ type: 'exchange', outcome: 'upstream_unavailable' }))
    },
  )
})
