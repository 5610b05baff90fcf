import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { parseStream, spoken, useSimulator } from './support.ts'

type Bodies = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** What Coze's own clients for Python and Go send, field by field. */
const CLIENTS: Readonly<Record<'coze-py' | 'coze-go', Bodies>> = JSON.parse(
  readFileSync(new URL('../fixtures/coze/client-bodies.json', import.meta.url), 'utf8'),
)
const world = useSimulator()

describe.each(Object.entries(CLIENTS))('the bodies of %s', (_client, bodies) => {
  async function ask(path: string, body: unknown) {
    const response = await world.visitor.request('POST', path, body)
    return parseStream(await response.text())
  }

  it.each(Object.keys(bodies).filter((name) => name.startsWith('chat') && !name.includes('picture')))(
    'F95: are accepted, null and empty fields and all: %s',
    async (name) => {
      const events = await ask(name === 'chatflow' ? '/v1/workflows/chat' : '/v3/chat', bodies[name])
      expect(events.map(({ event }) => event)).toContain('conversation.chat.completed')
      expect(spoken(events)).not.toBe('')
    },
  )

  it('F95: a message is listed, made and changed by them', async () => {
    const id = await world.visitor.createConversation()
    const call = (name: string, messageId = '') =>
      world.visitor.json(
        'POST',
        `/v1/conversation/${name.replace(' ', '/')}?conversation_id=${id}&message_id=${messageId}`,
        bodies[name],
      )
    const created = await call('message create')
    expect(created.body).toMatchObject({ code: 0, data: { content: 'hello', meta_data: {} } })
    if ('message modify' in bodies) {
      const { id: messageId } = created.body['data'] as { id: string }
      expect((await call('message modify', messageId)).body).toMatchObject({ message: { content_type: 'text' } })
    }
    expect((await call('message list')).body).toMatchObject({ code: 0, data: [{ content: 'hello' }] })
  })

  it('F96: a message may be only a picture, unless the knob is on', async () => {
    const upload = await world.visitor.upload('/v1/files/upload', new File(['x'], 'cup.png'))
    const { data } = (await upload.json()) as { data: { id: string } }
    const body: unknown = JSON.parse(JSON.stringify(bodies['chat with a picture']).replace('$FILE', data.id))
    expect(spoken(await ask('/v3/chat', body))).toContain('cup.png')
    world.simulator.setKnobs({ pictureNeedsText: true })
    expect((await world.visitor.json('POST', '/v3/chat', body)).body['code']).toBe(4000)
    // Words in another message beside it are enough.
    const words = { role: 'user', content: 'Look', content_type: 'text' }
    const { additional_messages: pictures } = body as { additional_messages: object[] }
    const both = { ...(body as object), additional_messages: [words, ...pictures] }
    expect(spoken(await ask('/v3/chat', both))).not.toBe('')
  })
})

describe('nullable fields', () => {
  it('F95: null is what is left out, wherever a body has it', async () => {
    const { botId } = SIMULATOR_IDS
    const create = {
      bot_id: botId,
      name: null,
      messages: null,
      connector_id: null,
      meta_data: null,
      get_or_create: null,
    }
    const { body } = await world.visitor.json('POST', '/v1/conversation/create', create)
    expect(body).toMatchObject({ code: 0, data: { name: '', meta_data: {} } })
    const { id } = body['data'] as { id: string }
    await ask(id)
    const list = await world.visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`, null)
    const messages = list.body['data'] as { id: string; type: string }[]
    const answer = messages.find(({ type }) => type === 'answer')
    const feedback = { feedback_type: 'like', reason_types: null, comment: null }
    const path = `/v1/conversations/${id}/messages/${answer?.id}/feedback`
    expect((await world.visitor.json('POST', path, feedback)).body['code']).toBe(0)
    // A required field that is null is missing.
    expect((await world.visitor.json('POST', '/v3/chat', { bot_id: null, user_id: 'u' })).body['code']).toBe(4000)
  })

  const ask = (id: string) =>
    world.visitor.ask('hello', id, { publish_status: null, session_name: null, parameters: null })
})
