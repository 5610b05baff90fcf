import { describe, expect, it } from 'vitest'
import { SIMULATOR_IDS } from '../../../../src/simulator/index.ts'
import { useSimulator } from '../../support.ts'

const { botId } = SIMULATOR_IDS
const world = useSimulator()

const get = async (path: string) => (await world.visitor.json('GET', path)).body

describe('conversations', () => {
  it('pages a list, newest first, and sorts it as asked', async () => {
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.push(await world.visitor.createConversation())
    const list = async (query: string) => {
      const { data } = (await get(`/v1/conversations?bot_id=${botId}&${query}`)) as {
        data: { has_more: boolean; conversations: { id: string }[] }
      }
      return [data.conversations.map(({ id }) => id), data.has_more]
    }
    expect(await list('page_num=1&page_size=2')).toEqual([[ids[4], ids[3]], true])
    expect(await list('page_num=3&page_size=2')).toEqual([[ids[0]], false])
    expect(await list('sort_order=ASC&page_size=2')).toEqual([[ids[0], ids[1]], true])
    expect(await get(`/v1/conversations?bot_id=${botId}&page_size=51`)).toMatchObject({ code: 4000 })
    expect(await get(`/v1/conversations?bot_id=${botId}&connector_id=1`)).toMatchObject({ code: 4000 })
    expect(await get('/v1/conversations')).toMatchObject({ code: 4000 })
  })

  it('renames and deletes', async () => {
    const id = await world.visitor.createConversation()
    expect((await world.visitor.json('PUT', `/v1/conversations/${id}`, { name: 'Beans' })).body).toMatchObject({
      data: { name: 'Beans' },
    })
    expect((await world.visitor.json('PUT', `/v1/conversations/${id}`, { name: 'x'.repeat(101) })).body).toMatchObject({
      code: 4000,
    })
    expect((await world.visitor.json('DELETE', `/v1/conversations/${id}`)).body).toEqual({
      code: 0,
      msg: '',
      detail: { logid: expect.any(String) },
    })
    expect(await get(`/v1/conversation/retrieve?conversation_id=${id}`)).toMatchObject({ code: 4200 })
  })

  it('ids are 19 digits and grow', async () => {
    const [first, second] = [await world.visitor.createConversation(), await world.visitor.createConversation()]
    expect(first).toMatch(/^\d{19}$/)
    expect(second > first).toBe(true)
  })
})
