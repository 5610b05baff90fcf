import { describe, expect, it } from 'vitest'
import { cozeBodyOf } from '../../../../src/server/gateway/response/studio-body.ts'
import { routeNamed } from '../../../../src/server/gateway/route-matching.ts'

const read = (body: Record<string, unknown> | undefined, text = '', route = 'chat_retrieve') =>
  cozeBodyOf(routeNamed(route), body, text)

describe('F93: a body of Coze Studio’s, as Coze would have sent it', () => {
  it.each([
    [400, 4000],
    [103000001, 4200],
    [103000000, 4000],
    [103100002, 4006],
    [103000002, 4200],
    [100000003, 4200],
    [103200003, 4001],
    [103200001, 4005],
    [103200005, 4104],
    [4016, 4016],
    [999, 999],
  ])('has for the code %i the code %i', (studio, coze) => {
    expect(read({ code: studio, msg: 'x' })?.['code']).toBe(coze)
    expect(read({ code: String(studio), msg: 'x' })?.['code']).toBe(coze)
  })

  it('has the code that is printed in a message, or in place of any JSON, and nothing else of it', () => {
    expect(read({ code: 1, msg: 'code=103100002 message=x', data: 'SECRET' })).toEqual({ code: 4006 })
    expect(read(undefined, 'code=103200003 message=x\nstack=SECRET')).toEqual({ code: 4001 })
    // A message is read before the text around it.
    expect(read({ code: 4016, msg: 'busy' }, 'code=103200003 message=x')?.['code']).toBe(4016)
  })

  it('tells nothing where it is no JSON, or neither a code nor data', () => {
    expect([read(undefined, '<html>'), read({}), read({ hello: 1 }), read({ msg: 'x' })]).toEqual(
      Array(4).fill(undefined),
    )
  })

  it('is a success with data alone, or with code 0 alone', () => {
    expect(read({ data: { id: '1' } })).toEqual({ code: 0, data: { id: '1' } })
    expect(read({ code: 0 })).toEqual({ code: 0, data: undefined })
  })

  it('has its data under that name, with the spellings of Coze', () => {
    expect(read({ code: 0, ConversationData: { id: '1', CreatedAt: 7 } })).toMatchObject({
      data: { id: '1', created_at: 7 },
    })
    const data = { status: 'conversation.chat.cancelled' }
    expect(read({ code: 0, data })?.['data']).toEqual({ status: 'canceled' })
    expect(read({ code: 0, data: { status: 7 } })?.['data']).toEqual({})
    expect(read({ code: 0, data: { id: '1' } })?.['data']).toStrictEqual({ id: '1' })
    expect(read({ code: 0, data: [1] })?.['data']).toEqual([1])
  })

  it('is an agent without an envelope on one route alone', () => {
    const agent = { bot_id: '7', name: 'Mocha' }
    expect(read(agent, '', 'agent_online')?.['data']).toEqual(agent)
    expect(read({ code: 0, data: agent }, '', 'agent_online')?.['data']).toEqual(agent)
    expect(read(agent, '', 'agent')).toBeUndefined()
  })
})
