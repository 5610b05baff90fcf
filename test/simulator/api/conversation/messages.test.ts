import { describe, expect, it } from 'vitest'
import { useSimulator } from '../../support.ts'

const world = useSimulator()

const code = async (response: Promise<Response>) => (await (await response).json()).code
const user = (content: string, content_type = 'text') => ({ role: 'user', content, content_type })

describe('messages', () => {
  it('pages back before an id and forward after one', async () => {
    const id = await world.visitor.createConversation()
    for (let i = 1; i <= 7; i++) {
      await world.visitor.request('POST', `/v1/conversation/message/create?conversation_id=${id}`, user(String(i)))
    }
    const list = async (body: object) => {
      const page = await world.visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`, body)
      return page.body as { data: { content: string }[]; first_id: string; last_id: string; has_more: boolean }
    }
    const contents = (page: { data: { content: string }[] }) => page.data.map(({ content }) => content).join('')
    const newest = await list({ limit: 3 })
    expect([contents(newest), newest.has_more]).toEqual(['765', true])
    const older = await list({ limit: 3, after_id: newest.last_id })
    expect([contents(older), older.has_more]).toEqual(['432', true])
    expect(contents(await list({ limit: 2, before_id: older.last_id }))).toBe('43')
    expect(contents(await list({ limit: 3, order: 'asc', after_id: older.first_id }))).toBe('567')
    expect(await list({ after_id: '1' })).toMatchObject({ code: 4005 })
    expect(await list({ limit: 51 })).toMatchObject({ code: 4000 })
    expect(await list({ limit: 1, after_id: '0', before_id: '' })).toMatchObject({ data: [{ content: '7' }] })
  })

  it('answers an empty page with ids of zero', async () => {
    const id = await world.visitor.createConversation()
    const { body } = await world.visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`)
    expect(body).toMatchObject({ data: [], first_id: '0', last_id: '0', has_more: false })
  })

  it('deletes the steps of an answer with it', async () => {
    const id = await world.visitor.createConversation()
    await world.visitor.ask('/tool', id)
    const { body } = await world.visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`, {})
    const [answer] = body['data'] as { id: string }[]
    await world.visitor.request(
      'POST',
      `/v1/conversation/message/delete?conversation_id=${id}&message_id=${answer?.id}`,
    )
    expect(world.simulator.dump().sessions[0]?.conversations[0]?.messages.map(({ type }) => type)).toEqual(['question'])
  })

  it('keeps the last rating of an answer, takes it back, and rates no question', async () => {
    const id = await world.visitor.createConversation()
    await world.visitor.ask('hello', id)
    const { body } = await world.visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`, {})
    const [answer, question] = body['data'] as { id: string }[]
    const path = (message: { id: string } | undefined) => `/v1/conversations/${id}/messages/${message?.id}/feedback`
    const kept = () =>
      world.simulator.dump().sessions[0]?.conversations[0]?.messages.find(({ id: one }) => one === answer?.id)?.feedback
    await world.visitor.request('POST', path(answer), { feedback_type: 'like' })
    await world.visitor.request('POST', path(answer), {
      feedback_type: 'unlike',
      reason_types: ['wrong'],
      comment: 'no',
    })
    expect(kept()).toEqual({ type: 'unlike', reasons: ['wrong'], comment: 'no' })
    await world.visitor.request('DELETE', path(answer))
    expect(kept()).toBeUndefined()
    expect(await code(world.visitor.request('POST', path(question), { feedback_type: 'like' }))).toBe(4000)
    expect(
      await code(world.visitor.request('POST', path(answer), { feedback_type: 'like', comment: 'x'.repeat(251) })),
    ).toBe(4000)
  })
})
