import { describe, expect, it } from 'vitest'
import { readSentContent } from '../../../../src/server/gateway/request/sent-content.ts'

const HOSTS = ['files.shop.example']
const read = (fields: Parameters<typeof readSentContent>[0]) => readSentContent(fields, HOSTS)
const question = (more: object = {}) => ({ role: 'user', content: 'hi', ...more })
const ask = (more: object) => read({ additional_messages: [question(more)] })
const file = (more: object) => ({
  content: JSON.stringify([{ type: 'image', ...more }]),
  content_type: 'object_string',
})

describe('what a visitor sends', () => {
  it('T33: is their own question, also where role and type are left to us', () => {
    const asked = (more: object) =>
      read({ additional_messages: [{ content: 'hi', ...more }] }).body['additional_messages']
    for (const said of [{}, { role: 'user' }, { role: null, type: '' }, { role: 'user', content_type: 'text' }]) {
      expect(asked(said)).toEqual([expect.objectContaining({ role: 'user', content: 'hi' })])
    }
    expect(asked({ role: 'user', type: 'question', debug: 1, Role: 'system' })).toEqual([
      { role: 'user', type: 'question', content: 'hi', content_type: undefined },
    ])
  })

  it.each([
    ...['system', 'assistant', 'User', 'tool', 7, {}, ['user'], true].map((role) => ({ role })),
    ...['answer', 'function_call', 'tool_output', 'tool_response', 'knowledge', 'verbose', 'follow_up', 1, {}].map(
      (type) => ({ type }),
    ),
    ...['card', 'audio', 'Text', 'OBJECT_STRING', 'image', 5].map((content_type) => ({ content_type })),
    ...[7, null, undefined, {}, ['hi']].map((content) => ({ content })),
    ...[{ secret: { a: 1 } }, { k: 'x'.repeat(513) }, { ['k'.repeat(65)]: 'v' }, 'text', ['x']].map((meta_data) => ({
      meta_data,
    })),
    { meta_data: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) },
  ])('T33: is no message that only the agent or the owner writes: %j', (more) => {
    expect(() => ask(more)).toThrow('4000')
    expect(() => read({ messages: [question(), question(more)] })).toThrow('4000')
  })

  it('T33: names files by id, or at https addresses of the hosts that the owner allows', () => {
    expect(ask(file({ file_id: '7' })).fileIds).toEqual(['7'])
    const address = 'https://files.shop.example/a%20b.png?sig=1#x'
    expect(ask(file({ file_url: address })).body).toEqual({
      additional_messages: [
        {
          role: 'user',
          type: undefined,
          content: JSON.stringify([{ type: 'image', file_url: address }]),
          content_type: 'object_string',
        },
      ],
    })
    expect(read({ parameters: { picture: JSON.stringify({ file_url: address }) } }).fileIds).toEqual([])
  })

  it('may be a file with empty words beside it, as some clients write it, and no words that are none', () => {
    const written = (text: unknown) => {
      const parts = [
        { type: 'text', text },
        { type: 'image', file_id: '7' },
      ]
      return ask({ content: JSON.stringify(parts), content_type: 'object_string' })
    }
    const [message] = written('').body['additional_messages'] as { content: string }[]
    expect(JSON.parse(message?.content ?? '')[0]).toEqual({ type: 'text', text: '' })
    expect(written('').fileIds).toEqual(['7'])
    for (const text of [null, undefined, 7, {}]) expect(() => written(text)).toThrow('4000')
  })

  it.each([
    ...['http://files.shop.example/a', 'https://evil.example/a', 'https://files.shop.example.evil.example/'],
    ...[
      'https://files.shop.example:8443/a',
      'https://u:p@files.shop.example/a',
      'https://files.shop.example@evil.example',
    ],
    ...[
      'https://files.shop.example\\@evil.example/',
      'https:files.shop.example',
      'https://127.0.0.1/',
      'https://[::1]/',
    ],
    ...['//files.shop.example/a', 'file:///etc/passwd', 'data:text/plain,x', ' https://files.shop.example/', ''],
    ...[
      'https://files.shop.example/\n',
      'https://files.shop.exa\tmple/',
      'https://ﬁles.shop.example/',
      'https://localhost/',
    ],
    ...[
      'https://sub.files.shop.example/',
      'https://files.shop.example./',
      `https://files.shop.example/${'x'.repeat(2_100)}`,
    ],
    ...[7, null, {}, ['https://files.shop.example/a']],
  ])('T33: names no file at another address: %j', (address) => {
    expect(() => ask(file({ file_url: address }))).toThrow('4000')
    const hidden = JSON.stringify({ File_Url: address })
    for (const parameters of [{ a: { file_url: address } }, { a: hidden }, { a: [JSON.stringify(hidden)] }]) {
      expect(() => read({ parameters })).toThrow('4000')
      expect(() => read({ shortcut_command: { command_id: '1', parameters } })).toThrow('4000')
    }
  })

  it.each([
    [{ type: 'video', file_id: '1' }],
    [{ type: 'video', text: 'hi' }],
    [{ type: 'file', file_id: 1 }],
    [{ type: 'file', file_id: '1', size: '3' }],
    [{ type: 'file', file_id: '1', is_refer: 'yes' }],
    [['text']],
    [{ type: 'image' }],
    [{ type: 'text', text: 7 }],
    [{ type: 'text' }],
    [{ type: 'file', file_id: '1', name: {} }],
    [{ file_id: '1' }],
    ['text'],
    [null],
  ])('T33: holds parts of known types only: %j', (part) => {
    expect(() => ask({ content: JSON.stringify([part]), content_type: 'object_string' })).toThrow('4000')
  })

  it('T33: has parts of text and of files, with what chats tell of them', () => {
    const text = { type: 'text', text: 'hi', file_id: '9', role: 'system' }
    const image = { type: 'image', file_id: '7', name: 'a.png', size: 3, is_refer: true, url: 'x' }
    const content = JSON.stringify([text, image, { type: 'audio', file_id: '8' }])
    const { body, fileIds } = ask({ content, content_type: 'object_string' })
    const [sent] = body['additional_messages'] as [{ content: string }]
    expect(JSON.parse(sent.content)).toEqual([
      { type: 'text', text: 'hi' },
      { type: 'image', file_id: '7', name: 'a.png', size: 3, is_refer: true },
      { type: 'audio', file_id: '8' },
    ])
    expect(fileIds).toEqual(['7', '8'])
  })

  it('T33: has a value of its own kind and size in every field', () => {
    const many = (entries: number, value = 'v') =>
      Object.fromEntries(Array.from({ length: entries }, (_, i) => [`k${i}`, value]))
    for (const fields of [
      { meta_data: many(17) },
      { custom_variables: many(65) },
      { custom_variables: { a: 1 } },
      { custom_variables: { a: 'x'.repeat(4_097) } },
      { parameters: { a: 'x'.repeat(65_537) } },
      { parameters: [] },
      { parameters: 'text' },
      { extra_params: { latitude: 'x'.repeat(33) } },
      { extra_params: 'text' },
      { shortcut_command: { parameters: {} } },
      { shortcut_command: { command_id: '1', parameters: { a: 'x'.repeat(65_537) } } },
      { stream: 'true' },
      { enable_card: 1 },
      { order: 'newest' },
      { limit: 51 },
      { limit: 1.5 },
      { limit: '10' },
      { name: { a: 1 } },
      { name: 'x'.repeat(201) },
      { additional_messages: Array.from({ length: 17 }, () => question()) },
      { additional_messages: question() },
      { tool_outputs: [{ tool_call_id: '1', output: {} }] },
      { tool_outputs: Array.from({ length: 33 }, () => ({ tool_call_id: '1', output: '' })) },
      { feedback_type: 'love' },
      { reason_types: 'text' },
      { comment: 'x'.repeat(1_001) },
      { input: ['hi'] },
      { voice_id: '../1' },
      { response_format: 'exe' },
      { speed: Number.POSITIVE_INFINITY },
    ]) {
      expect(() => read(fields), JSON.stringify(fields).slice(0, 80)).toThrow('4000')
    }
    const kept = {
      extra_params: { latitude: '1.5', longitude: 2 },
      meta_data: many(16),
      parameters: { a: [1, { b: null }] },
    }
    expect(read({ ...kept, extra_params: { ...kept.extra_params, debug: '1' } }).body).toEqual(kept)
    expect(read({ tool_outputs: [{ tool_call_id: '1', output: 'x', role: 'system' }] }).body).toEqual({
      tool_outputs: [{ tool_call_id: '1', output: 'x' }],
    })
  })
})

describe('files in what a visitor sends', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
  const quoted = (value: unknown, times: number): unknown =>
    times === 0 ? value : quoted(JSON.stringify(value), times - 1)

  it('T3: are found in any value, however deep and however often quoted, and under any spelling of their name', () => {
    const hidden = { list: [{ File_ID: '7' }] }
    for (const times of [0, 1, 2, 3]) {
      expect(read({ parameters: { a: quoted(hidden, times) } }).fileIds).toEqual(['7'])
      expect(read({ custom_variables: { a: String(quoted(JSON.stringify(hidden), times)) } }).fileIds).toEqual(['7'])
    }
    expect(read({ tool_outputs: [{ tool_call_id: '1', output: '{"file_id":"7"}' }] }).fileIds).toEqual(['7'])
    expect(ask({ meta_data: { a: '{"file_id":"7"}' } }).fileIds).toEqual(['7'])
    expect(() => read({ parameters: { file_id: 7 } })).toThrow('4000')
  })

  it('T3: are not in plain text and in plain JSON, which pass as they are', () => {
    for (const text of [
      ...['Which file_id?', 'a {b} c', '{', '{\\udp}', '\\u0066', '7', 'true', 'null', '"text"', '', '"{\\"a\\":1}"'],
      ...['{"a":{"b":1,"c":[{"d":null}]}}', '{"a:b":"c:d","e\\":f":"\\\\:","":"x"}', '{"a":1.0000000000000000001}'],
    ]) {
      expect(read({ parameters: { a: text } })).toEqual({ body: { parameters: { a: text } }, fileIds: [] })
    }
  })

  it.each([
    ['a name that occurs twice', '{"file_id":"7","file_id":"8"}'],
    ['a name that occurs twice further inside', '[{"a":{"b":1,"b":2}}]'],
    ['JSON that only a laxer parser reads', '{file_id:"8"}'],
    ['JSON with an address that only a laxer parser reads', "{'FILE_URL':'https://evil.example/'}"],
    ['a name that is escaped, in such JSON', '{"fil\\u0065_id":"8",}'],
  ])('T3: cannot hide behind %s', (_what, text) => {
    expect(() => read({ parameters: { a: text } })).toThrow('4000')
    expect(() => read({ custom_variables: { a: JSON.stringify([text]) } })).toThrow('4000')
  })

  it('F71: are sought 16 levels deep, and what is deeper is refused', () => {
    expect(
      read({ parameters: { a: nested(15), b: JSON.stringify(nested(14)), c: [quoted(nested(12), 2)] } }).fileIds,
    ).toEqual([])
    for (const a of [nested(16), JSON.stringify(nested(15)), [quoted(nested(13), 2)]]) {
      expect(() => read({ parameters: { a } })).toThrow('4000')
    }
  })

  it.each(['{}', '"text"', '7', 'null', 'text', ''])(
    'T33: are in a list of parts, and in nothing else: %j',
    (content) => {
      expect(() => ask({ content, content_type: 'object_string' })).toThrow('4000')
    },
  )

  it('T33: have addresses of at most 2,048 characters', () => {
    const address = 'https://files.shop.example/'.padEnd(2_048, 'x')
    expect(read({ parameters: { file_url: address } }).fileIds).toEqual([])
    expect(() => read({ parameters: { file_url: `${address}x` } })).toThrow('4000')
  })
})
