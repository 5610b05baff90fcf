import { describe, expect, it } from 'vitest'
import { visibleContent } from '../../../../src/server/gateway/response/visible-content.ts'

const CANARY = 'SECRET'
const verbose = (content: object) => visibleContent('verbose', JSON.stringify(content))

describe('T32: of the content of a message', () => {
  it.each([...[undefined, null, '', 'question', 'answer', 'follow_up', 'tool_response', 'tool_output', 'knowledge']])(
    'that is for the visitor (%j) everything may be seen',
    (type) => {
      expect(visibleContent(type, 'any {"text"')).toBe('any {"text"')
      expect(visibleContent(type, '')).toBe('')
    },
  )

  it.each([{ a: CANARY }, [CANARY], 7, null, undefined])('nothing may be seen that is no text: %j', (content) => {
    for (const type of ['answer', 'function_call', 'verbose']) expect(visibleContent(type, content)).toBeUndefined()
  })

  it.each(['debug', 'Answer', 'verbose ', 'interrupt', 7, {}, ['answer']])(
    'nothing may be seen of a type that is not known: %j',
    (type) => {
      expect(visibleContent(type, CANARY)).toBeUndefined()
      expect(visibleContent(type, JSON.stringify({ msg_type: 'knowledge_recall', data: CANARY }))).toBeUndefined()
    },
  )

  it('nothing may be seen of a step that is no JSON object', () => {
    for (const content of [CANARY, '', '[1]', '"x"']) {
      expect([visibleContent('function_call', content), visibleContent('verbose', content)]).toEqual([
        undefined,
        undefined,
      ])
    }
  })

  it('a call of a tool tells its name, its plugin and its arguments', () => {
    const call = { name: 'f', plugin: 'p', plugin_name: 'n', api_id: CANARY, plugin_id: CANARY, thought: CANARY }
    const seen = { name: 'f', plugin: 'p', plugin_name: 'n' }
    expect(JSON.parse(visibleContent('function_call', JSON.stringify(call)) ?? '')).toEqual(seen)
    const given = { city: 'Bern' }
    expect(JSON.parse(visibleContent('function_call', JSON.stringify({ ...call, arguments: given })) ?? '')).toEqual({
      ...seen,
      arguments: given,
    })
    expect(visibleContent('function_call', JSON.stringify({ name: { a: CANARY } }))).toBe('{}')
  })

  it.each([20_000, 200_000, 33])('a call of a tool with arguments %i deep is told without them', (depth) => {
    const deep = `{"name":"f","arguments":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    expect(visibleContent('function_call', deep)).toBe('{"name":"f"}')
    expect(visibleContent('verbose', deep.replace('"name"', '"msg_type":"knowledge_recall","name"'))).toBe(
      '{"msg_type":"knowledge_recall","data":""}',
    )
    const finish = deep.replace('"name":"f"', '"finish_reason":1')
    expect(verbose({ msg_type: 'generate_answer_finish', data: finish })).toBe(
      '{"msg_type":"generate_answer_finish","data":"{\\"finish_reason\\":1}"}',
    )
  })

  it('arguments as deep as a request may be are told, whatever brackets their texts hold', () => {
    const given = `${'['.repeat(31)}"${'['.repeat(50)}\\""${']'.repeat(31)}`
    const content = `{"arguments":${given}}`
    expect(visibleContent('function_call', content)).toBe(content)
  })

  it('a step of the agent’s inside tells that it was there, and of its data what a chat shows', () => {
    const beside = { from_unit: CANARY, from_module: CANARY }
    expect(verbose({ ...beside, msg_type: 'knowledge_recall', data: 'hours' })).toBe(
      '{"msg_type":"knowledge_recall","data":"hours"}',
    )
    expect(verbose({ ...beside, msg_type: 'knowledge_recall', data: { a: CANARY } })).toBe(
      '{"msg_type":"knowledge_recall","data":""}',
    )
    expect(verbose({ ...beside, msg_type: 'interrupt', data: CANARY })).toBe('{"msg_type":"interrupt","data":""}')
    expect([verbose({ ...beside, msg_type: 'jump' }), verbose(beside), verbose({ msg_type: null })]).toEqual(
      Array(3).fill(undefined),
    )
  })

  it.each([
    ['{"finish_reason":1,"FinData":"SECRET"}', { finish_reason: 1 }],
    ['{"finish_reason":"SECRET"}', {}],
    [CANARY, {}],
    [['{"finish_reason":1}'], {}],
    [{ finish_reason: 1 }, {}],
    [undefined, {}],
  ])('the end of all answers tells its reason, a code: %j', (data, seen) => {
    const content = JSON.parse(verbose({ msg_type: 'generate_answer_finish', data }) ?? '') as { data: string }
    expect([content, JSON.parse(content.data)]).toMatchObject([{ msg_type: 'generate_answer_finish' }, seen])
    expect(content.data).not.toContain(CANARY)
  })
})
