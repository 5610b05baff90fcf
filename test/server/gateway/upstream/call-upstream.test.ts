import { describe, expect, it } from 'vitest'
import { withForcedFields } from '../../../../src/server/gateway/request/forced-fields.ts'
import type { UploadBody } from '../../../../src/server/gateway/request/upload-body.ts'
import { routeNamed } from '../../../../src/server/gateway/route-matching.ts'
import { createCallUpstream } from '../../../../src/server/gateway/upstream/call-upstream.ts'
import { buildUpstreamRequest } from '../../../../src/server/gateway/upstream/upstream-request.ts'
import { toServiceRequest } from '../../../../src/server/http/service-request.ts'
import type { AuthenticatedVisitor } from '../../../../src/server/identity/authenticated-visitor.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'

const ANN = { sessionName: 'ann', subject: 's_ann' } as AuthenticatedVisitor
const REQUEST = toServiceRequest(new Request('https://shop.test/'), {})
const UPLOAD: UploadBody = {
  contentType: 'multipart/form-data; boundary=x',
  stream: new ReadableStream<Uint8Array>(),
  failure: undefined,
  awaitsSender: false,
}
const EVENTS = { 'content-type': 'text/event-stream; charset=utf-8', 'x-tt-logid': 'log1' }
const CREATED = 'event:conversation.chat.created\ndata:{"id":"7","conversation_id":"8"}\n\n'
const UNAVAILABLE = { name: 'ServiceError', code: 'upstream_unavailable' }

const json = (body: unknown, init?: ResponseInit) => () => Response.json(body, init)
const text = (body: string, init?: ResponseInit) => () => new Response(body, init)
const checkedRequest = (route: string) =>
  withForcedFields({ route: routeNamed(route), path: '/v1/x', ids: {}, query: {}, body: {}, fileIds: [] }, ANN, '1024')
const EXPIRED = json({ code: 4100, msg: 'expired' })

/** Calls a Coze that gives these answers, one after the other, with tokens that are called t1, t2 and so on. */
async function call(options: {
  route: string
  answers: (() => Response)[]
  isStudio?: boolean
  upload?: UploadBody
  tokens?: string[]
}) {
  const { route, answers, isStudio = false, upload, tokens = ['t1', 't2', 't3'] } = options
  const checked = checkedRequest(route)
  const clock = createFakeClock()
  const facts = { used: [] as string[], renewals: [] as boolean[], closed: 0, clock }
  const callUpstream = createCallUpstream({
    client: {
      async open(request, token) {
        expect(request).toEqual(buildUpstreamRequest(checked, REQUEST, upload))
        facts.used.push(token)
        const answer = answers.shift()
        if (answer === undefined) throw new Error('Coze was asked once too often.')
        return { response: answer(), signal: new AbortController().signal, close: () => void facts.closed++ }
      },
    },
    accessTokenFor: async (visitor, _request, { renew }) => {
      expect(visitor).toBe(ANN)
      facts.renewals.push(renew)
      return tokens.shift() ?? ''
    },
    isStudio,
    clock,
  })
  const outcome = callUpstream(checked, { visitor: ANN, request: REQUEST, ...(upload !== undefined && { upload }) })
  const response = await outcome.catch((error: unknown) => ({ kind: 'error' as const, error }))
  return { ...facts, response, error: 'error' in response ? response.error : undefined }
}

describe('a response of Coze’s', () => {
  it('is JSON with code 0, whose connection is closed once it has been read', async () => {
    const body = { code: 0, data: { id: '7' }, detail: { logid: 'log2' } }
    const { response, used, renewals, closed } = await call({ route: 'conversations', answers: [json(body)] })
    expect(response).toEqual({ kind: 'json', body, logId: 'log2' })
    expect({ used, renewals, closed }).toEqual({ used: ['t1'], renewals: [false], closed: 1 })
  })

  it('T32: has its numbers as they were written, a code in a string too', async () => {
    const answers = [text('{"code":"0","data":{"id":7399999999999999999}}')]
    const { response } = await call({ route: 'conversations', answers })
    expect(response).toMatchObject({ kind: 'json', logId: '' })
    expect('body' in response && String((response.body['data'] as { id: unknown }).id)).toBe('7399999999999999999')
  })

  it.each<[string, () => Response, string]>([
    ['a page of a proxy', text('<html>'), 'upstream_unavailable'],
    ['a page with status 500', text('<html>', { status: 500 }), 'upstream_unavailable'],
    ['nothing', text(''), 'upstream_unavailable'],
    ['a list', json([]), 'upstream_unavailable'],
    ['no code', json({ data: {} }), 'upstream_unavailable'],
    ['an object in the place of the code', json({ code: { a: 0 } }), 'upstream_unavailable'],
    [
      'success by its code and failure by its status',
      json({ code: 0, data: {} }, { status: 502 }),
      'upstream_unavailable',
    ],
    ['too many calls', text('slow down', { status: 429 }), 'rate_limited'],
    ['more than 8 MiB', text(`{"code":0,"data":"${'a'.repeat(8 * 1024 * 1024)}"}`), 'upstream_unavailable'],
    ['a stream of events where JSON belongs', text(CREATED, { headers: EVENTS }), 'upstream_unavailable'],
  ])('T26: %s is no verdict about the visitor', async (_what, answer, code) => {
    const { error, used, closed } = await call({ route: 'conversations', answers: [answer] })
    expect(error).toMatchObject({ name: 'ServiceError', code })
    expect([used, closed]).toEqual([['t1'], 1])
  })

  it('F80: of a refusal are Coze’s code and log id', async () => {
    const answer = json({ code: 4016, msg: 'secret' }, { status: 400, headers: { 'x-tt-logid': 'log3' } })
    const { error } = await call({ route: 'chat', answers: [answer] })
    expect(error).toMatchObject({ name: 'VendorRefusal', code: 4016, status: 400, logId: 'log3' })
    expect(String(error)).not.toContain('secret')
  })

  it('F63: whose body does not come is given up after 15 seconds', async () => {
    const hanging = () => new Response(new ReadableStream<Uint8Array>())
    const clock = createFakeClock()
    let closed = 0
    const callUpstream = createCallUpstream({
      client: {
        open: async () => ({ response: hanging(), signal: new AbortController().signal, close: () => void closed++ }),
      },
      accessTokenFor: async () => 't1',
      isStudio: false,
      clock,
    })
    let outcome: unknown = 'open'
    void callUpstream(checkedRequest('app'), { visitor: ANN, request: REQUEST }).catch((error: unknown) => {
      outcome = error
    })
    await clock.advance(14_999)
    expect([outcome, closed]).toEqual(['open', 0])
    await clock.advance(1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(outcome).toMatchObject(UNAVAILABLE)
    expect(closed).toBe(1)
  })

  it('is a stream of events for a turn, and stays open', async () => {
    for (const type of ['text/event-stream', 'Text/Event-Stream;charset=utf-8']) {
      const answers = [text(CREATED, { headers: { ...EVENTS, 'content-type': type } })]
      const { response, closed } = await call({ route: 'chat', answers })
      expect(response).toMatchObject({ kind: 'events', logId: 'log1', first: { data: { conversation_id: '8' } } })
      expect(closed).toBe(0)
    }
  })

  it.each([false, true])(
    'of a turn that ends before it began is a stream without a head (Studio: %s)',
    async (isStudio) => {
      const answers = [text('event:done\ndata:[DONE]\n\n', { headers: EVENTS })]
      const { response } = await call({ route: 'chat', answers, isStudio })
      expect(response).toMatchObject({ kind: 'events', first: undefined })
    },
  )

  it.each([
    ['chat', { status: 500, headers: EVENTS }],
    ['chat', { headers: { 'content-type': 'application/text/event-stream' } }],
    ['speech', { headers: { 'content-type': 'text/event-stream' } }],
    ['speech', { status: 500, headers: { 'content-type': 'audio/mpeg' } }],
    ['speech', { headers: { 'content-type': 'text/html' } }],
    ['speech', { headers: { 'content-type': 'text/html; name=audio/mpeg' } }],
    ['chat', { headers: { 'content-type': 'audio/mpeg' } }],
  ])('T32: nothing is passed on as a stream that is none: %s with %j', async (route, init) => {
    const { error } = await call({ route, answers: [text(CREATED, init)] })
    expect(error).toMatchObject(UNAVAILABLE)
  })

  it.each(['audio/mpeg', 'AUDIO/ogg; codecs=opus', 'application/octet-stream'])('is sound: %s', async (type) => {
    const answers = [text('ID3', { headers: { 'content-type': type, 'x-tt-logid': 'log4' } })]
    const { response } = await call({ route: 'speech', answers })
    expect(response).toMatchObject({ kind: 'sound', contentType: type, logId: 'log4' })
    if (response.kind !== 'sound') throw new Error('no sound')
    expect(Buffer.concat((await response.stream.next()) ?? []).toString()).toBe('ID3')
  })
})

describe('a token that Coze refuses', () => {
  it.each([
    ['by status', text('nobody', { status: 401 })],
    ['by code', EXPIRED],
    ['by a code in a string', json({ code: '4100' })],
    ['in a stream', text('event:error\ndata:{"code":4100}\n\n', { headers: EVENTS })],
  ])('F45: is renewed once, %s, and the visitor gets the second answer alone', async (_how, refusal) => {
    const { response, used, renewals, closed } = await call({
      route: 'chat',
      answers: [refusal, text(CREATED, { headers: EVENTS })],
    })
    expect(response).toMatchObject({ kind: 'events', first: { data: { conversation_id: '8' } } })
    expect({ used, renewals, closed }).toEqual({ used: ['t1', 't2'], renewals: [false, true], closed: 1 })
  })

  it('T26: is an outage when the next one is refused as well, and there is no third', async () => {
    const { error, used } = await call({ route: 'app', answers: [EXPIRED, EXPIRED] })
    expect(error).toMatchObject({ ...UNAVAILABLE, retryAfterSeconds: 5 })
    expect(used).toEqual(['t1', 't2'])
  })

  it('T26: is an outage where there is no other, as with Studio’s one', async () => {
    const { error, used } = await call({ route: 'app', answers: [EXPIRED], tokens: ['t1', 't1'] })
    expect(error).toMatchObject({ ...UNAVAILABLE, retryAfterSeconds: 5 })
    expect(used).toEqual(['t1'])
  })

  it('F45: under a file that has been read is renewed, and the browser is asked to send it again', async () => {
    const { error, used, renewals } = await call({ route: 'upload', answers: [EXPIRED], upload: UPLOAD })
    expect(error).toMatchObject({ name: 'VendorRefusal', code: 4100, status: 401 })
    expect({ used, renewals }).toEqual({ used: ['t1'], renewals: [false, true] })
  })

  it('is told from a refusal of what was asked', async () => {
    const { error, used } = await call({ route: 'app', answers: [json({ code: 4200 })] })
    expect([error, used]).toMatchObject([{ name: 'VendorRefusal', code: 4200 }, ['t1']])
  })
})

describe('a response of Coze Studio’s', () => {
  it('F93: is read in its own shape', async () => {
    const answers = [json({ code: 0, ConversationData: { id: '8' } })]
    const { response } = await call({ route: 'conversation_create', answers, isStudio: true })
    expect(response).toMatchObject({ kind: 'json', body: { code: 0, data: { id: '8' } } })
  })

  it('F93: is a stream of events for a turn', async () => {
    const { response, closed } = await call({
      route: 'chat',
      answers: [text(CREATED, { headers: EVENTS })],
      isStudio: true,
    })
    expect([response, closed]).toMatchObject([{ kind: 'events', first: { data: { conversation_id: '8' } } }, 0])
  })

  it('F93: is a refusal where it is plain text that prints a code', async () => {
    const answers = [text('code=103200003 message=record not found\nstack=secret', { status: 500 })]
    const { error } = await call({ route: 'chat_retrieve', answers, isStudio: true })
    expect(error).toMatchObject({ name: 'VendorRefusal', code: 4001 })
  })

  it('F93: is a refusal where it is an event, and the connection is closed', async () => {
    const event = 'event:error\ndata:{"code":103200003,"msg":"secret"}\n\n'
    const { error, closed } = await call({ route: 'chat', answers: [text(event, { headers: EVENTS })], isStudio: true })
    expect(error).toMatchObject({ name: 'VendorRefusal', code: 4001 })
    expect(closed).toBe(1)
  })

  it('T26 F93: is an outage where text is none of its own', async () => {
    const { error } = await call({ route: 'app', answers: [text('<html>')], isStudio: true })
    expect(error).toMatchObject(UNAVAILABLE)
  })
})
