import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { TurnEvent } from '../../../src/chat/chat-transport.ts'
import { createEventDecoder, type StreamEvent } from '../../../src/coze/event-stream.ts'
import { createCardReader } from '../../../src/coze/turn/cards.ts'
import { createTurnDecoder, joinPieces, type TurnDecoder } from '../../../src/coze/turn/turn-decoder.ts'
import { createTurnMemory } from '../../../src/coze/turn/turn-memory.ts'
import { createLoadedPart } from '../../../src/platform/part.ts'
import { bundledParts } from '../../../src/widget/bundled-parts.ts'
import fc from '../../support/fast-check.ts'

const cards = createCardReader(bundledParts.cards)

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/coze/${name}.sse`, import.meta.url), 'utf8')

function readAll(turn: TurnDecoder, events: readonly StreamEvent[]): TurnEvent[] {
  return events.flatMap((event) => turn.push(event))
}

function read(stream: string) {
  const decoder = createEventDecoder()
  const events = [...decoder.push(new TextEncoder().encode(stream)), ...decoder.end()]
  return readAll(createTurnDecoder(cards), events)
}

const sse = (...events: [name: string, data: unknown][]) =>
  events.map(([name, data]) => `event:${name}\ndata:${JSON.stringify(data)}\n\n`).join('')

const started = { type: 'started', turnId: 'c1', conversationId: 'v1', sectionId: 'v1' }
const whole = (messageId: string, text: string, more = {}) => ({
  type: 'message-completed',
  messageId,
  text,
  reasoning: undefined,
  contentType: 'text',
  attachments: [],
  ...more,
})

describe('the events of a turn', () => {
  it('reads an agent’s answer to its end', () => {
    expect(read(fixture('agent-answer'))).toEqual([
      started,
      { type: 'other', name: 'chat.in_progress' },
      { type: 'text-delta', messageId: 'm1', text: 'We open ' },
      { type: 'text-delta', messageId: 'm1', text: 'at nine.' },
      whole('m1', 'We open at nine.'),
      { type: 'other', name: 'generate_answer_finish' },
      { type: 'follow-up', text: 'And on Sunday?' },
      { type: 'completed' },
    ])
  })

  it('reads thinking apart from the answer', () => {
    expect(read(fixture('agent-reasoning')).slice(2)).toEqual([
      { type: 'reasoning-delta', messageId: 'm1', text: '用户问' },
      { type: 'reasoning-delta', messageId: 'm1', text: '营业时间。' },
      { type: 'text-delta', messageId: 'm1', text: '九点' },
      { type: 'text-delta', messageId: 'm1', text: '开门 🌞' },
      whole('m1', '九点开门 🌞', { reasoning: '用户问营业时间。' }),
      { type: 'completed' },
    ])
  })

  it('joins a call and its answer to one step, and tells of recalled knowledge', () => {
    const call = { id: 'f1', kind: 'tool', title: 'orders', input: '{"limit":2}', output: undefined, status: 'running' }
    const recall = { id: 'k1', kind: 'knowledge', title: '', input: undefined, output: '{"chunks":[]}', status: 'done' }
    expect(read(fixture('agent-tool')).slice(2, 5)).toEqual([
      { type: 'step', step: call },
      { type: 'step', step: { ...call, output: '[{"id":"HC-1"}]', status: 'done' } },
      { type: 'step', step: recall },
    ])
  })

  it('pauses for the page’s tools, and joins their answers in the stream that follows', () => {
    const memory = createTurnMemory()
    const first = createTurnDecoder(cards, memory)
    const decoder = createEventDecoder()
    const events = readAll(first, decoder.push(new TextEncoder().encode(fixture('agent-requires-action'))))
    expect(events.at(-1)).toEqual({
      type: 'action-required',
      calls: [{ id: 'call_1', name: 'open_door', arguments: '{"n":1}' }],
    })
    expect(first.ended).toBe(true)
    const response = { id: 'f2', role: 'assistant', type: 'tool_output', content: 'open' }
    const next = createTurnDecoder(cards, memory).push({
      name: 'conversation.message.completed',
      data: JSON.stringify(response),
    })
    expect(next).toEqual([
      { type: 'step', step: expect.objectContaining({ id: 'f1', output: 'open', status: 'done' }) },
    ])
  })

  it('waits for the visitor where a chatflow ends at a question without chat.completed', () => {
    expect(read(fixture('chatflow-question-node')).slice(1)).toEqual([
      whole('m7', 'Which size?'),
      { type: 'other', name: 'interrupt' },
      { type: 'input-required' },
    ])
    const reply = {
      id: 'c1',
      required_action: { submit_tool_outputs: { tool_calls: [{ id: 'x', type: 'reply_message' }] } },
    }
    expect(read(sse(['conversation.chat.requires_action', reply])).at(-1)).toEqual({ type: 'input-required' })
  })

  it('reads both shapes of a failure, and codes spelled as text', () => {
    const failure = (code: string, upstreamCode: string, retryable: boolean) => ({
      type: 'failed',
      problem: { code, upstreamCode, retryable },
    })
    expect(read(fixture('agent-failed')).at(-1)).toEqual(failure('rate_limited', '4013', true))
    expect(read(fixture('chatflow-failed-string-code'))).toEqual([
      failure('conversation_not_found', '720702204', false),
    ])
    expect(read(sse(['error', { code: '4008', msg: '' }]))).toEqual([failure('quota_exceeded', '4008', false)])
  })

  it('understands coze-studio’s spellings', () => {
    expect(read(fixture('studio-answer')).at(-1)).toEqual({ type: 'completed' })
    expect(read(sse(['conversation.chat.cancelled', { id: 'c1' }])).at(-1)).toEqual({ type: 'canceled' })
    const call = { id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } }
    const chat = { id: 'c1', required_action: { submit_tool_outputs: { tool_calls: [call] } } }
    expect(read(sse(['conversation.chat.required_action', chat])).at(-1)?.type).toBe('action-required')
    expect(read('event:conversation.stream.done\ndata:\n\n')).toEqual([{ type: 'completed' }])
  })

  it('F41: ends once, and drops deltas that come after the whole message', () => {
    const message = { id: 'm1', role: 'assistant', type: 'answer', content: 'a' }
    const late = sse(
      ['conversation.message.completed', message],
      ['conversation.message.delta', message],
      ['conversation.chat.completed', { id: 'c1' }],
      ['conversation.chat.completed', { id: 'c1' }],
      ['error', { code: 5000 }],
      ['done', '[DONE]'],
    )
    expect(read(late).map(({ type }) => type)).toEqual(['message-completed', 'started', 'completed'])
  })

  it('F43: keeps what it does not know, and never throws', () => {
    const odd = [
      sse(['conversation.news', { id: 'x' }]),
      sse(['conversation.message.completed', { id: 'x', role: 'assistant', type: 'hologram', content: '' }]),
      'event:conversation.message.delta\ndata:{"id":"m1","con\n\n',
      'event:conversation.message.delta\ndata:null\n\n',
      'data:[1]\n\n',
    ]
    for (const stream of odd) expect(read(stream)).toEqual([{ type: 'other', name: expect.any(String) }])
  })

  it('shows nobody the debug address of a chatflow', () => {
    expect(JSON.stringify(read(fixture('chatflow-question-node')))).not.toContain('debug_url')
    expect(JSON.stringify(read(fixture('chatflow-question-node')))).not.toContain('execute_id')
  })

  it('T32: reads the gateway’s short form, in which a nameless text goes on with the last piece', () => {
    const answer = { role: 'assistant', type: 'answer' }
    const delta = 'conversation.message.delta'
    const stream = [
      sse([delta, { id: 'm1', ...answer, content: 'We ' }]),
      'data:"open "\n\n:\n\ndata:"at \\"nine\\"."\n\n',
      sse([delta, { id: 'm2', ...answer, reasoning_content: 'On ' }]),
      'data:"Sunday?"\n\n',
      sse([delta, { id: 'm2', ...answer, content: 'No' }]),
      'data:"."\n\ndata:"broken\n\n',
    ].join('')
    const text = (messageId: string, said: string) => ({ type: 'text-delta', messageId, text: said })
    const thought = (said: string) => ({ type: 'reasoning-delta', messageId: 'm2', text: said })
    expect(read(stream)).toEqual([
      ...[text('m1', 'We '), text('m1', 'open '), text('m1', 'at "nine".')],
      ...[thought('On '), thought('Sunday?'), text('m2', 'No'), text('m2', '.')],
    ])
  })

  it('reads cards whole, pictures out of an object_string, sound, and the id of the question', () => {
    const card = { id: 'm1', role: 'assistant', type: 'answer', content_type: 'card', content: '{"title":"Cup"}' }
    const parts = [
      { type: 'text', text: 'Look' },
      { type: 'image', file_url: 'https://x/y.png' },
    ]
    const picture = {
      id: 'm2',
      role: 'assistant',
      type: 'answer',
      content_type: 'object_string',
      content: JSON.stringify(parts),
    }
    const image = {
      kind: 'image',
      name: '',
      sizeBytes: undefined,
      mimeType: undefined,
      url: 'https://x/y.png',
      fileId: undefined,
    }
    const events = sse(
      ['conversation.chat.created', { id: 'c1', conversation_id: 'v1', inserted_additional_messages: [{ id: 'u1' }] }],
      ['conversation.message.delta', card],
      ['conversation.message.completed', card],
      ['conversation.message.completed', picture],
      ['conversation.audio.delta', { id: 'a1', content: 'QUJD' }],
    )
    expect(read(events)).toEqual([
      { ...started, sectionId: undefined },
      { type: 'question-saved', messageId: 'u1' },
      whole('m1', '**Cup**', { contentType: 'card' }),
      whole('m2', 'Look', { attachments: [image] }),
      { type: 'other', name: 'audio.delta' },
    ])
  })

  it('puts the sound of an answer together, as a file beside what was written, before the turn ends', () => {
    const samples = Uint8Array.from({ length: 8 }, (_, index) => index)
    const base64 = (from: number, to: number) => btoa(String.fromCharCode(...samples.subarray(from, to)))
    const events = read(
      sse(
        ['conversation.audio.delta', { id: 'a1', content: base64(0, 3) }],
        ['conversation.audio.delta', { id: 'a1', content: base64(3, 8) }],
        ['conversation.chat.completed', { id: 'c1', conversation_id: 'v1' }],
      ),
    )
    expect(events.map(({ type }) => type)).toEqual(['other', 'other', 'message-completed', 'started', 'completed'])
    const player = events[2]
    if (player?.type !== 'message-completed') throw new Error('no player')
    expect(player).toMatchObject({ messageId: 'sound:a1', text: '', attachments: [{ kind: 'audio', sizeBytes: 52 }] })
    const file = atob(player.attachments[0]?.url?.split(',')[1] ?? '')
    expect(file.slice(0, 4)).toBe('RIFF')
    expect([...file.slice(44)].map((character) => character.charCodeAt(0))).toEqual([...samples])
  })

  it('F42: speech in 40,000 pieces costs time in proportion to its length', () => {
    const decoder = createTurnDecoder(cards)
    const startedAt = performance.now()
    for (let piece = 0; piece < 40_000; piece++) {
      decoder.push({ name: 'conversation.audio.delta', data: '{"id":"a1","content":"AAAA"}' })
    }
    // Half a minute where each piece copied those before it.
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  it('takes sound that is a file already as it is, and what is none as words', () => {
    const answer = (content: string) =>
      sse([
        'conversation.message.completed',
        { id: 'm1', role: 'assistant', type: 'answer', content_type: 'audio', content },
      ])
    const mp3 = btoa('ID3 and so on')
    expect(read(answer(mp3))).toMatchObject([
      { text: '', attachments: [{ mimeType: 'audio/mpeg', url: `data:audio/mpeg;base64,${mp3}` }] },
    ])
    expect(read(answer('no base64, but words'))).toMatchObject([{ text: 'no base64, but words', attachments: [] }])
  })
})

describe('F103: a whole message without words', () => {
  it.each([
    ['empty', ''],
    ['null', null],
    ['no text', 7],
  ])('is read as one without words: %s', (_, content) => {
    const delta = { id: 'm1', role: 'assistant', type: 'answer', content: 'words' }
    const events = read(
      sse(
        ['conversation.message.delta', delta],
        ['conversation.message.completed', { ...delta, content }],
        ['conversation.message.delta', { ...delta, content: ' and more' }],
        ['conversation.chat.completed', {}],
      ),
    )
    expect(events).toEqual([
      { type: 'text-delta', messageId: 'm1', text: 'words' },
      whole('m1', ''),
      { type: 'text-delta', messageId: 'm1', text: ' and more' },
      { type: 'completed' },
    ])
  })
})

describe('F98: an event that cannot be read', () => {
  it('counts what a part of a message has in a wrong type as missing: only text is drawn and kept', () => {
    const odd = [{ a: 1 }, ['a'], 7, true]
    const parts = odd.map((value) => ({ type: 'file', name: value, file_url: value, file_id: value, size: 1 }))
    const data = JSON.stringify({
      id: '1',
      type: 'answer',
      content_type: 'object_string',
      content: JSON.stringify(parts),
    })
    const [event] = createTurnDecoder(cards).push({ name: 'conversation.message.completed', data })
    const attachments = event?.type === 'message-completed' ? event.attachments : []
    expect(attachments).toHaveLength(odd.length)
    for (const { name, url, fileId } of attachments) expect([name, url, fileId]).toEqual(['', undefined, undefined])
  })

  const anything = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      0,
      7,
      '',
      'x',
      true,
      [],
      [null],
      {},
      '{',
      '[null]',
      '[{"type":"text"}]',
      '{"card":1}',
    ),
    fc.jsonValue(),
  )
  const fields = fc.record(
    Object.fromEntries(
      [
        ...[
          'id',
          'role',
          'type',
          'content',
          'content_type',
          'reasoning_content',
          'conversation_id',
          'last_error',
          'code',
        ],
        ...['inserted_additional_messages', 'required_action', 'detail', 'section_id'],
      ].map((name) => [
        name,
        name === 'type'
          ? fc.oneof(
              anything,
              fc.constantFrom('answer', 'function_call', 'tool_response', 'verbose', 'knowledge', 'follow_up'),
            )
          : name === 'content_type'
            ? fc.oneof(anything, fc.constantFrom('card', 'object_string', 'audio', 'text'))
            : anything,
      ]),
    ),
    { requiredKeys: [] },
  )
  const names = fc.constantFrom(
    ...['chat.created', 'message.delta', 'message.completed', 'audio.delta', 'chat.requires_action', 'never.heard.of'],
  )

  it('F43: costs itself alone, also where the fault is ours: a card whose reader throws', () => {
    const turn = createTurnDecoder({
      ...cards,
      read: () => {
        throw new TypeError('URL.canParse is not a function')
      },
    })
    const push = (name: string, data: object) => turn.push({ name: `conversation.${name}`, data: JSON.stringify(data) })
    push('chat.created', { id: '1', conversation_id: '2' })
    const card = { id: '3', role: 'assistant', type: 'answer', content: '{"card":1}', content_type: 'card' }
    expect(push('message.completed', card)).toEqual([{ type: 'other', name: 'message.completed' }])
    const words = { id: '4', role: 'assistant', type: 'answer', content: 'hi', content_type: 'text' }
    expect(push('message.delta', words)).toEqual([{ type: 'text-delta', messageId: '4', text: 'hi' }])
    expect(push('chat.completed', { id: '1' }).at(-1)).toEqual({ type: 'completed' })
    expect(turn.ended).toBe(true)
  })

  it('costs itself alone: nothing is thrown, every text is text, the answer goes on and the turn ends', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fields), { maxLength: 8 }), (odd) => {
        const turn = createTurnDecoder(cards)
        const push = (name: string, data: unknown) =>
          turn.push({ name: `conversation.${name}`, data: JSON.stringify(data) ?? '' })
        const news = odd.flatMap(([name, data]) => [...push(name, data)])
        for (const event of news) {
          if ('text' in event) expect(typeof event.text).toBe('string')
          if (event.type === 'step') expect(typeof event.step.title).toBe('string')
        }
        if (turn.ended) return
        const delta = push('message.delta', { id: 'last', type: 'answer', content: 'goes on' })
        expect(delta).toEqual([{ type: 'text-delta', messageId: 'last', text: 'goes on' }])
        push('chat.completed', { usage: null })
        expect(turn.ended).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  }, 60_000)

  it('that reads cards: a card nobody can read costs the card', () => {
    const broken = createCardReader(
      createLoadedPart({
        readCard: () => {
          throw new TypeError('URL.canParse is not a function')
        },
      }),
    )
    const turn = createTurnDecoder(broken)
    const card = { id: 'm1', type: 'answer', content_type: 'card', content: '{"response_for_model":"three teas"}' }
    expect(turn.push({ name: 'conversation.message.completed', data: JSON.stringify(card) })).toMatchObject([
      { type: 'message-completed', text: 'three teas' },
    ])
  })
})

describe('the pieces of one text', () => {
  it('that came together are one piece', () => {
    const piece = (messageId: string, text: string): TurnEvent => ({ type: 'text-delta', messageId, text })
    const all = [
      piece('m1', 'a'),
      piece('m1', 'b'),
      { type: 'other', name: 'x' } as const,
      piece('m1', 'c'),
      piece('m2', 'd'),
    ]
    expect(joinPieces(all)).toEqual([piece('m1', 'ab'), all[2], piece('m1', 'c'), piece('m2', 'd')])
  })
})
