import { describe, expect, it } from 'vitest'
import type { GatewayTarget } from '../../../../src/server/gateway/gateway-options.ts'
import { createPlainChat, type PlainQuestion, readPlainQuestion } from '../../../../src/server/gateway/plain-chat.ts'
import type { RouteInput } from '../../../../src/server/gateway/request/wire-request.ts'
import type { BackpressuredStream } from '../../../../src/server/gateway/response/backpressured-stream.ts'
import type { UpstreamResponse } from '../../../../src/server/gateway/response/upstream-response.ts'
import type { VisibleEvent } from '../../../../src/server/gateway/response/visible-event.ts'
import { toServiceRequest } from '../../../../src/server/http/service-request.ts'
import type { AuthenticatedVisitor } from '../../../../src/server/identity/authenticated-visitor.ts'

const ANN = { sessionName: 'ann', subject: 's_ann' } as AuthenticatedVisitor
const REQUEST = toServiceRequest(new Request('https://shop.test/'), {})
const FLOW = { appId: '21', workflowId: '31' }
const UNAVAILABLE = { name: 'ServiceError', code: 'upstream_unavailable' }
const MAX_LENGTH = 8 * 1024 * 1024

const message = (type: string, content: unknown, more: object = {}): VisibleEvent => ({
  name: 'conversation.message.completed',
  data: { type, content, conversation_id: '41', ...more },
})

/** A turn whose events come in these batches; the number of times that it was closed. */
function turn(batches: readonly (readonly VisibleEvent[] | Error)[]) {
  const rest = [...batches]
  const facts = { closed: 0 }
  const stream: Partial<BackpressuredStream<VisibleEvent>> = {
    async next() {
      const batch = rest.shift()
      if (batch instanceof Error) throw batch
      return batch
    },
    body: () => new Blob(['event: done\n\n']).stream(),
    close: () => void facts.closed++,
  }
  const response = { kind: 'events', stream, first: undefined, logId: 'log1' } as Partial<UpstreamResponse>
  return { facts, response: response as UpstreamResponse }
}

/** Asks, and tells what was asked of which route, and the answer. */
async function ask(
  response: UpstreamResponse,
  { target = '11', ...question }: Partial<PlainQuestion> & { target?: GatewayTarget } = {},
) {
  const asked: { route: string; input: RouteInput }[] = []
  const answerPlainQuestion = createPlainChat({
    targets: [target, '12'],
    async runRoute({ name }, input, visitor, request) {
      expect([visitor, request]).toEqual([ANN, REQUEST])
      asked.push({ route: name, input })
      return response
    },
  })
  const whole = { message: 'hello', conversationId: undefined, stream: false, ...question }
  const answer = await answerPlainQuestion(whole, ANN, REQUEST).catch((error: unknown) => ({ error }))
  return {
    asked,
    answer,
    body: 'body' in answer && typeof answer.body === 'string' ? JSON.parse(answer.body) : undefined,
  }
}

const MESSAGES = [{ role: 'user', type: 'question', content: 'hello', content_type: 'text' }]

describe('a plain question', () => {
  it.each<[object, PlainQuestion]>([
    [{ message: ' hi ' }, { message: ' hi ', conversationId: undefined, stream: false }],
    [
      { message: 'hi', conversation_id: '41', stream: true },
      { message: 'hi', conversationId: '41', stream: true },
    ],
    [
      { message: 'hi', conversation_id: '' },
      { message: 'hi', conversationId: undefined, stream: false },
    ],
    [
      { message: 'hi', conversation_id: null },
      { message: 'hi', conversationId: undefined, stream: false },
    ],
  ])('is a message, perhaps in a conversation: %j', (json, question) => {
    expect(readPlainQuestion(json)).toEqual(question)
  })

  it.each([
    ...[undefined, null, [], 'hi', {}, { message: '' }, { message: ' \n' }, { message: 7 }, { message: ['hi'] }],
    ...['yes', 1, null].map((stream) => ({ message: 'hi', stream })),
    ...[41, ['41'], false].map((conversation_id) => ({ message: 'hi', conversation_id })),
    { message: 'hi', bot_id: '11' },
  ])('F72: is nothing else: %j', (json) => {
    expect(() => readPlainQuestion(json)).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })

  it.each(['user_id', 'userId', 'uid', 'sub', 'session_name', 'sessionName', 'USER_ID', 'Sub'])(
    'T1: names no visitor: %s',
    (name) => {
      const json = { message: 'hi', [name]: 'alice' }
      expect(() => readPlainQuestion(json)).toThrow(expect.objectContaining({ code: 'identity_in_body' }))
    },
  )

  it('goes to the first agent, in its conversation where it names one', async () => {
    const json = { bot_id: '11', stream: true, additional_messages: MESSAGES }
    const { response } = turn([])
    expect((await ask(response)).asked).toEqual([{ route: 'chat', input: { search: '', json } }])
    // What is no id stays one value, so that it is refused as an id and adds no parameter.
    expect((await ask(response, { conversationId: '41&bot_id=12' })).asked).toEqual([
      { route: 'chat', input: { search: '?conversation_id=41%26bot_id%3D12', json } },
    ])
  })

  it('goes to the first chatflow, in its conversation where it names one', async () => {
    const json = { app_id: '21', workflow_id: '31', additional_messages: MESSAGES, parameters: { USER_INPUT: 'hello' } }
    for (const conversationId of [undefined, '41']) {
      const { asked } = await ask(turn([]).response, { target: FLOW, conversationId })
      expect(asked).toEqual([{ route: 'workflow_chat', input: { json: { ...json, conversation_id: conversationId } } }])
    }
  })
})

describe('a plain answer', () => {
  it('is what was said of the turn, in one text, with the questions to go on with', async () => {
    const { response } = turn([
      [{ name: 'conversation.chat.created', data: { id: '51', conversation_id: '41' } }],
      [],
      [
        { name: 'conversation.message.delta', data: { type: 'answer', content: 'Te', conversation_id: '41' } },
        message('function_call', '{}'),
        message('answer', 'Tea.'),
        message('verbose', 'x'),
      ],
      [message('answer', 'Cake.'), message('follow_up', 'Milk?'), message('follow_up', 'Sugar?')],
      [{ name: 'done', data: '[DONE]' }],
    ])
    const { answer, body } = await ask(response)
    expect(answer).toMatchObject({ status: 200, headers: expect.arrayContaining(['x-tt-logid', 'log1']) })
    expect(body).toEqual({ answer: 'Tea.\n\nCake.', conversation_id: '41', follow_ups: ['Milk?', 'Sugar?'] })
  })

  it('keeps its conversation where an event tells none, and is empty where nothing was said', async () => {
    const created = { name: 'conversation.chat.created', data: { conversation_id: 41 } }
    const { body } = await ask(turn([[created, { name: 'conversation.chat.completed', data: {} }]]).response)
    expect(body).toEqual({ answer: '', conversation_id: '41', follow_ups: [] })
    const { body: said } = await ask(turn([[message('answer', undefined, { conversation_id: undefined })]]).response)
    expect(said).toEqual({ answer: '', conversation_id: '', follow_ups: [] })
  })

  it('comes as events where it was asked for so', async () => {
    const { answer } = await ask(turn([]).response, { stream: true })
    expect(answer).toMatchObject({ status: 200, body: expect.any(ReadableStream) })
    expect('headers' in answer && answer.headers).toContain('text/event-stream; charset=utf-8')
  })

  it('T26: is none where Coze answers with something else than a turn', async () => {
    const json: UpstreamResponse = { kind: 'json', body: { code: 0 }, logId: '' }
    for (const stream of [true, false])
      expect((await ask(json, { stream })).answer).toMatchObject({ error: UNAVAILABLE })
  })

  it('F39: is none where its stream breaks off', async () => {
    const { answer } = await ask(turn([[message('answer', 'Tea.')], new Error('reset')]).response)
    expect(answer).toMatchObject({ error: UNAVAILABLE })
  })

  it.each<[string, VisibleEvent, number | string]>([
    ['a turn', { name: 'conversation.chat.failed', data: { last_error: { code: 4028 }, code: 1 } }, 4028],
    ['a turn without a reason', { name: 'conversation.chat.failed', data: { code: 0, last_error: {} } }, 5000],
    ['the stream', { name: 'error', data: { code: '4013' } }, '4013'],
    ['the stream without a code', { name: 'error', data: {} }, 5000],
    ['the stream with an object for a code', { name: 'error', data: { code: { a: 1 } } }, 5000],
  ])('F80: is a failure with Coze’s code when %s fails, and nothing more is read', async (_what, event, code) => {
    const { response, facts } = turn([[message('answer', 'Tea.'), event, message('answer', 'Cake.')]])
    expect((await ask(response)).answer).toMatchObject({
      error: { name: 'VendorRefusal', code, status: 502, logId: 'log1' },
    })
    expect(facts.closed).toBe(1)
  })

  it('F31: takes 8 Mi characters of all its messages together, and is given up with one more', async () => {
    const half = 'x'.repeat(MAX_LENGTH / 2)
    const delta = { name: 'conversation.message.delta', data: { type: 'answer', content: half } }
    const most = turn([[delta], [message('answer', half)]])
    const { body } = await ask(most.response)
    expect([body.answer.length, most.facts.closed]).toEqual([MAX_LENGTH / 2, 0])
    const more = turn([[delta, message('answer', half)], [message('verbose', 'x')]])
    expect((await ask(more.response)).answer).toMatchObject({ error: UNAVAILABLE })
    expect(more.facts.closed).toBe(1)
  })
})
