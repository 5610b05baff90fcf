import { describe, expect, it } from 'vitest'
import { createEventDecoder } from '../../../../src/coze/event-stream.ts'
import { createCardReader } from '../../../../src/coze/turn/cards.ts'
import { createTurnDecoder } from '../../../../src/coze/turn/turn-decoder.ts'
import { createEventReader } from '../../../../src/server/gateway/response/event-reader.ts'
import { createEventWriter, type EventForm } from '../../../../src/server/gateway/response/event-writer.ts'
import { cutTo } from '../../../../src/server/gateway/response/shape.ts'
import { MESSAGE } from '../../../../src/server/gateway/response/visible-data.ts'
import { bundledParts } from '../../../../src/widget/bundled-parts.ts'
import fc from '../../../support/fast-check.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/** What a visitor gets of a stream that comes in these chunks. */
function through(chunks: readonly Uint8Array[], form: EventForm = 'named'): string {
  const reader = createEventReader()
  const write = createEventWriter(form)
  const batches = [...chunks.map((chunk) => reader.push(chunk)), reader.end()].filter((events) => events.length > 0)
  return batches.map((events) => new TextDecoder().decode(write(events))).join('')
}
const pass = (stream: string) => through([bytes(stream)])
const event = (name: string, json: string) => `event:${name}\ndata:${json}\n\n`
const DELTA = 'conversation.message.delta'
const COMPLETED = 'conversation.message.completed'

const CANARY = 'SECRET'
const SECRETS = {
  execute_id: CANARY,
  debug_info: { trace: CANARY },
  space_id: CANARY,
  debug_url: `https://www.coze.cn/work_flow?space_id=${CANARY}`,
  msg: `failed in ${CANARY}`,
  error_message: CANARY,
  bot_id: CANARY,
  creator_id: CANARY,
  meta_data: { note: CANARY },
  usage: { token_count: 7, detail: CANARY },
  ext: { a: [{ b: CANARY }] },
}

describe('what of an event may be seen', () => {
  it.each([
    'conversation.chat.created',
    'conversation.chat.in_progress',
    'conversation.chat.completed',
    'conversation.chat.failed',
    'conversation.chat.requires_action',
    'conversation.chat.required_action',
    'conversation.chat.canceled',
    'conversation.chat.cancelled',
    'conversation.audio.delta',
    DELTA,
    COMPLETED,
    'error',
    'done',
    'conversation.stream.done',
    'conversation.future.event',
    'ping',
    'message',
    '',
  ])('T32: is a list of fields, and no other field of %j passes, at any depth and in any spelling', (name) => {
    const known = {
      ...{ id: '7', conversation_id: '8', section_id: '9', status: 'failed', role: 'assistant', type: 'answer' },
      ...{ content: 'tea', reasoning_content: 'hm', content_type: 'text', code: 4016 },
      detail: { logid: '2026', ...SECRETS },
      last_error: { code: 4016, ...SECRETS },
      inserted_additional_messages: [{ id: '7', ...SECRETS }],
      required_action: {
        type: 'submit_tool_outputs',
        submit_tool_outputs: {
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}', ...SECRETS }, ...SECRETS }],
          ...SECRETS,
        },
        ...SECRETS,
      },
    }
    const json = JSON.stringify({ ...SECRETS, ...known })
    for (const written of [
      json,
      json.replaceAll('debug', 'd\\u0065bug').replaceAll('space_id', '\\u0073pace_id'),
      json.replaceAll(',"', ',\ndata:"'),
      json.replaceAll('"debug_url"', '"__proto__"'),
    ]) {
      for (const end of ['\n', '\r\n', '\r']) {
        const stream = event(name, written).replaceAll('\n', end)
        expect(through([bytes(stream)])).not.toMatch(/SECRET|debug|space|execute|msg|usage|bot_id/)
      }
    }
  })

  it('T32: holds no sentence where a code, an id or a type belongs', () => {
    const said = `no such file /srv/${CANARY}`
    const data = JSON.stringify({
      id: said,
      code: said,
      status: said,
      last_error: { code: said },
      detail: { logid: said },
      conversation_id: said,
    })
    expect(pass(event('conversation.chat.failed', data))).toBe(
      event('conversation.chat.failed', '{"last_error":{},"detail":{}}'),
    )
    expect(pass(event('error', '{"code":"720702204","msg":"x"}'))).toBe(event('error', '{"code":"720702204"}'))
  })

  it('T32: of the end of a turn is only that it has ended', () => {
    const address = 'https://www.coze.cn/work_flow?execute_id=1\\u0026space_id=2'
    expect(pass(event('done', `{"debug_url":"${address}","a":{"debug_url":"x"}}`))).toBe(event('done', '{}'))
    for (const end of ['"[DONE]"', '[DONE]', '']) expect(pass(event('done', end))).toBe(event('done', '"[DONE]"'))
    expect(pass(event('conversation.stream.done', ''))).toBe(event('conversation.stream.done', '""'))
  })

  it('T32: a piece that thinks and speaks at once has no more of its message in it than any other piece', () => {
    const message = { id: '1', conversation_id: '2', chat_id: '3', role: 'assistant', type: 'answer' }
    const piece = (texts: object) => event(DELTA, JSON.stringify({ ...message, ...texts }))
    const shown = '{"id":"1","role":"assistant","type":"answer",'
    expect(pass(piece({ content: 'a' }))).toBe(event(DELTA, `${shown}"content":"a"}`))
    expect(pass(piece({ content: 'a', reasoning_content: 'b' }))).toBe(
      event(DELTA, `${shown}"content":"a","reasoning_content":"b"}`),
    )
  })

  it('T32: has its numbers as they were written', () => {
    const data = '{"id":7399999999999999999,"conversation_id":99999999999999999999,"type":"answer","content":"a"}'
    expect(pass(event(COMPLETED, data))).toBe(event(COMPLETED, data))
    const call = { name: 'f', arguments: '#', plugin_id: CANARY, thought: CANARY }
    const content = JSON.stringify(call).replace('"#"', '{"order":7399999999999999999,"price":1.10}')
    const step = pass(event(COMPLETED, JSON.stringify({ id: '1', type: 'function_call', content })))
    expect(step).toContain(String.raw`\"arguments\":{\"order\":7399999999999999999`)
    expect(step).not.toContain(CANARY)
  })

  it('T32: of the agent’s inside is what a chat shows: tools by name, what was recalled, and that it is over', () => {
    const verbose = (msg_type: string, data: unknown) =>
      event(
        COMPLETED,
        JSON.stringify({ id: '1', type: 'verbose', content: JSON.stringify({ msg_type, data, from_unit: CANARY }) }),
      )
    expect(pass(verbose('generate_answer_finish', JSON.stringify({ finish_reason: 1, FinData: CANARY })))).toContain(
      'finish_reason',
    )
    expect(pass(verbose('knowledge_recall', 'Opening hours'))).toContain('Opening hours')
    expect(pass(verbose('interrupt', CANARY))).toContain('interrupt')
    expect(pass(verbose('multi_agent_jump', CANARY) + verbose('generate_answer_finish', CANARY))).not.toContain(CANARY)
    expect(pass(verbose('multi_agent_jump', 'x') + event(COMPLETED, '{"id":"1","type":"debug","content":"x"}'))).toBe(
      '',
    )
  })

  it('T32: is the same in a list of messages as in a stream', () => {
    const listed = (type: string, content: string) => cutTo([MESSAGE], [{ id: '1', type, content, ext: CANARY }])
    const call = JSON.stringify({ name: 'f', arguments: { a: 1 }, plugin_id: CANARY })
    expect(listed('function_call', call)).toEqual([
      { id: '1', type: 'function_call', content: '{"name":"f","arguments":{"a":1}}' },
    ])
    expect(listed('verbose', JSON.stringify({ msg_type: 'jump', data: CANARY }))).toMatchObject([{ content: '' }])
    expect(listed('question', 'tea?')).toEqual([{ id: '1', type: 'question', content: 'tea?' }])
  })

  it('T32: may say the word debug_url where the agent says it', () => {
    const data = '{"id":"1","type":"answer","content":"say debug_url 你好 \\u2028"}'
    expect(JSON.parse(pass(event(COMPLETED, data)).slice(COMPLETED.length + 12)).content).toBe(
      'say debug_url 你好 \u2028',
    )
  })

  it.each(['[1', '7', 'null', '"text"', '[]', '{"a":', `${'['.repeat(100_000)}`, '7399999999999999999', ''])(
    'T32: is nothing where its data is no object: %.20s',
    (json) => {
      expect(pass(event(DELTA, json) + event('conversation.chat.completed', json))).toBe('')
    },
  )
})

const TURN = [
  event('conversation.chat.created', '{"id":"71","conversation_id":"72"}'),
  ...['你好', '，', '\\ud83c', '\\udf75 tea', ' debug_url ', '\\"quoted\\"\\n'].map((text) =>
    event(
      DELTA,
      `{"id":"73","role":"assistant","type":"answer","content":"${text}","content_type":"text","created_at":1}`,
    ),
  ),
  ': keep-alive\n\n',
  event(DELTA, '{"id":"74","role":"assistant","type":"answer","content":"","reasoning_content":"let me"}'),
  event(DELTA, '{"id":"74","role":"assistant","type":"answer","content":"","reasoning_content":" see"}'),
  event(DELTA, '{"id":"74","role":"assistant","type":"answer","content":"Yes"}'),
  event(COMPLETED, '{"id":"74","role":"assistant","type":"answer","content":"Yes","reasoning_content":"let me see"}'),
  event('done', '"[DONE]"'),
].join('')

/** What a chat makes of a stream. */
function heard(stream: string): string {
  const events = createEventDecoder()
  const turn = createTurnDecoder(createCardReader(bundledParts.cards))
  const texts: Record<string, string> = {}
  for (const read of [...events.push(bytes(stream)), ...events.end()]) {
    for (const news of turn.push(read)) {
      if (news.type !== 'text-delta' && news.type !== 'reasoning-delta') continue
      const key = `${news.type} ${news.messageId}`
      texts[key] = (texts[key] ?? '') + news.text
    }
  }
  return JSON.stringify([texts, turn.ended])
}

describe('the forms of a stream', () => {
  it('T32: joins the pieces that wait together, and no others', () => {
    const piece = (id: string, content: string) => event(DELTA, `{"id":"${id}","type":"answer","content":"${content}"}`)
    expect(pass(piece('1', 'a') + piece('1', 'b') + piece('2', 'c') + piece('1', 'd'))).toBe(
      piece('1', 'ab') + piece('2', 'c') + piece('1', 'd'),
    )
    const apart = [piece('1', 'a'), piece('1', 'b')].map(bytes)
    expect(through(apart)).toBe(piece('1', 'a') + piece('1', 'b'))
    expect(through(apart, 'short')).toBe(`${piece('1', 'a')}data:"b"\n\n`)
  })

  it('T32: say the same to a chat, whole or short, as Coze’s own stream: 10,000 ways to cut it', () => {
    const input = bytes(TURN)
    const expected = heard(TURN)
    expect(expected).toContain('🍵 tea debug_url ')
    const cuts = fc.array(fc.integer({ min: 0, max: input.length }), { maxLength: 40 })
    const cut = fc.property(cuts, fc.constantFrom<EventForm>('named', 'short'), (places, form) => {
      const at = [0, ...places.toSorted((a, b) => a - b), input.length]
      const chunks = at.slice(1).map((end, index) => input.subarray(at[index], end))
      expect(heard(through(chunks, form))).toBe(expected)
    })
    fc.assert(cut, { numRuns: 10_000 })
  })
})
