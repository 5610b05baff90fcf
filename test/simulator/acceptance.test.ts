import { createReadStream } from 'node:fs'
import { APIError, type ChatEventType, ChatStatus, CozeAPI, getJWTToken, RoleType } from '@coze/api'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { type RunningSimulator, startSimulator } from '../../src/simulator/node.ts'

/** Drives the simulator over a real socket with the vendor's own client, unmodified from npm. */
let running: RunningSimulator

beforeAll(async () => {
  running = await startSimulator()
})
afterEach(() => running.simulator.reset())
afterAll(() => running.close())

const botId = SIMULATOR_IDS.botId
const delta = 'conversation.message.delta' as ChatEventType.CONVERSATION_MESSAGE_DELTA

function exchange(sessionName?: string, durationSeconds?: number) {
  const { appId, keyId, privateKeyPem } = running.simulator.credentials
  return getJWTToken({
    baseURL: running.url,
    appId,
    aud: 'api.coze.cn',
    keyid: keyId,
    privateKey: privateKeyPem,
    ...(sessionName !== undefined && { sessionName }),
    ...(durationSeconds !== undefined && { durationSeconds }),
  })
}

async function clientOf(sessionName: string | undefined): Promise<CozeAPI> {
  const { access_token: token } = await exchange(sessionName)
  return new CozeAPI({ token, baseURL: running.url })
}

const question = (content: string) => ({ role: RoleType.User, content, content_type: 'text' as const })

async function speak(api: CozeAPI, content: string, conversationId?: string): Promise<string> {
  let text = ''
  const stream = api.chat.stream({
    bot_id: botId,
    additional_messages: [question(content)],
    ...(conversationId !== undefined && { conversation_id: conversationId }),
  })
  for await (const part of stream) if (part.event === delta) text += part.data.content
  return text
}

/** The vendor's code of a refusal, wherever its client keeps it. */
async function codeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
    return 'fulfilled'
  } catch (error) {
    return error instanceof APIError ? (error.code ?? error.status) : error
  }
}

describe('docs/coze.md 10.1, with @coze/api from npm', () => {
  it('check 1: getJWTToken yields a token, the same assertion again is refused, and so is a life of 86400 s', async () => {
    const token = await exchange('A')
    expect(token.access_token).toMatch(/^czs_/)
    expect(token.expires_in).toBeGreaterThan(1_000_000_000)

    const sent = running.simulator.requests.at(-1)
    const again = await fetch(`${running.url}/api/permission/oauth2/token`, {
      method: 'POST',
      headers: { authorization: sent?.headers['authorization'] ?? '', 'content-type': 'application/json' },
      body: JSON.stringify(sent?.body),
    })
    expect([again.status, await again.json()]).toEqual([401, { error_code: 'invalid_client', error_message: '' }])

    await expect(exchange('A', 86_400)).rejects.toMatchObject({ rawError: { error_code: 'invalid_request' } })
    await expect(exchange('A', 86_399)).resolves.toMatchObject({ access_token: expect.stringMatching(/^czs_/) })
  })

  it('check 2: chats as a stream and by polling, cancels, runs chatflows, keeps conversations and takes files', async () => {
    const api = await clientOf('A')
    expect(await speak(api, 'hello')).toMatch(/^Hello!/)

    const chat = await api.chat.create({ bot_id: botId, additional_messages: [question('When do you open?')] })
    expect((await api.chat.retrieve(chat.conversation_id, chat.id)).status).toBe(ChatStatus.COMPLETED)
    const messages = await api.chat.messages.list(chat.conversation_id, chat.id)
    expect(messages.map(({ type }) => type)).toEqual([
      'verbose',
      'answer',
      'verbose',
      'follow_up',
      'follow_up',
      'follow_up',
    ])

    const polled = await api.chat.createAndPoll({ bot_id: botId, additional_messages: [question('thanks')] })
    expect(polled.chat.status).toBe(ChatStatus.COMPLETED)
    expect(polled.messages?.[0]?.content).toMatch(/welcome/)

    let flow = ''
    const flowStream = api.workflows.chat.stream({
      workflow_id: SIMULATOR_IDS.workflowId,
      app_id: SIMULATOR_IDS.appId,
      additional_messages: [question('hello')],
      parameters: {},
    })
    for await (const part of flowStream) if (part.event === delta) flow += part.data.content
    expect(flow).toMatch(/^Hello!/)

    const conversation = await api.conversations.create({ bot_id: botId, meta_data: { from: 'test' } })
    expect((await api.conversations.retrieve(conversation.id)).meta_data).toEqual({ from: 'test' })
    const { id: messageId } = await api.conversations.messages.create(conversation.id, {
      role: RoleType.User,
      content: 'one',
      meta_data: {},
      content_type: 'text',
    })
    expect(
      (await api.conversations.messages.update(conversation.id, messageId, { content: 'two', content_type: 'text' }))
        .content,
    ).toBe('two')
    expect((await api.conversations.messages.retrieve(conversation.id, messageId)).content).toBe('two')
    expect((await api.conversations.messages.delete(conversation.id, messageId)).id).toBe(messageId)
    expect((await api.conversations.messages.list(conversation.id)).data).toEqual([])
    const listed = await api.conversations.list({ bot_id: botId, page_num: 1, page_size: 10 })
    expect(listed.conversations[0]?.id).toBe(conversation.id)
    const cleared = await api.conversations.clear(conversation.id)
    expect(cleared).toMatchObject({ conversation_id: conversation.id })
    expect((await api.conversations.retrieve(conversation.id)).last_section_id).toBe(cleared.id)

    const path = new URL('../../LICENSE', import.meta.url)
    const file = await api.files.upload({ file: createReadStream(path) })
    expect(file).toMatchObject({ file_name: 'LICENSE', bytes: expect.any(Number) })
    expect((await api.bots.retrieve({ bot_id: botId })).onboarding_info.prologue).not.toBe('')
  })

  it('check 3: nothing of session B is there for A, nor for callers without a session', async () => {
    const [a, b, nobody] = await Promise.all([clientOf('A'), clientOf('B'), clientOf(undefined)])
    const conversation = await b.conversations.create({ bot_id: botId })
    await speak(b, 'My name is Bob', conversation.id)
    const messages = await b.conversations.messages.list(conversation.id)
    for (const other of [a, nobody]) {
      expect((await other.conversations.list({ bot_id: botId })).conversations).toEqual([])
      expect(await codeOf(other.conversations.retrieve(conversation.id))).toBe(4200)
      expect(await codeOf(other.conversations.clear(conversation.id))).toBe(4200)
      expect(await codeOf(other.conversations.messages.list(conversation.id))).toBe(4200)
      expect(await codeOf(other.conversations.messages.delete(conversation.id, messages.first_id))).toBe(4200)
      expect(
        await codeOf(
          other.chat.create({ bot_id: botId, conversation_id: conversation.id, additional_messages: [question('x')] }),
        ),
      ).toBe(4002)
    }
    expect(await speak(b, 'What is my name?', conversation.id)).toBe('Your name is Bob.')
  })

  it.each([
    { authStatus: 401, expiredCode: 4100 },
    { authStatus: 401, expiredCode: 700_012_006 },
    { authStatus: 200, expiredCode: 4100 },
    { authStatus: 200, expiredCode: 700_012_006 },
  ] as const)(
    'check 4: a client recovers from an expired token, REST and stream: $authStatus, $expiredCode',
    async (knobs) => {
      running.simulator.setKnobs(knobs)
      let token = (await exchange('A')).access_token
      const api = new CozeAPI({ token: () => token, baseURL: running.url })
      const expire = () => running.simulator.revoke({ token })
      const renewed: string[] = []
      const renew = async (why: string) => {
        renewed.push(why)
        token = (await exchange('A')).access_token
      }
      const refused = (error: unknown) =>
        error instanceof APIError && (error.status === 401 || error.code === knobs.expiredCode)

      expire()
      const list = () => api.conversations.list({ bot_id: botId })
      const conversations = await list().catch(async (error: unknown) => {
        if (!refused(error)) throw error
        await renew('rest')
        return list()
      })
      expect(conversations.conversations).toEqual([])

      expire()
      /** The visitor's answer, or undefined where the token was refused. */
      const attempt = async (): Promise<string | undefined> => {
        let text = ''
        try {
          for await (const part of api.chat.stream({ bot_id: botId, additional_messages: [question('hello')] })) {
            if (part.event === 'error') return undefined
            if (part.event === delta) text += part.data.content
          }
        } catch (error) {
          if (refused(error)) return undefined
          throw error
        }
        return text
      }
      const first = await attempt()
      if (first === undefined) await renew('stream')
      expect(first ?? (await attempt())).toMatch(/^Hello!/)
      expect(renewed).toEqual(['rest', 'stream'])
    },
  )

  it('check 5: a second send in a running conversation is refused with 4016, and accepted after a cancel', async () => {
    running.simulator.setKnobs({ firstByteDelayMs: 60_000 })
    const api = await clientOf('A')
    const { id: conversationId } = await api.conversations.create({ bot_id: botId })
    const send = () =>
      api.chat.create({ bot_id: botId, conversation_id: conversationId, additional_messages: [question('hello')] })
    const chat = await send()
    expect(await codeOf(send())).toBe(4016)
    expect((await api.chat.cancel(conversationId, chat.id)).status).toBe('canceled')
    expect((await api.chat.retrieve(conversationId, chat.id)).status).toBe('canceled')
    expect((await send()).id).not.toBe(chat.id)
    expect(await codeOf(api.chat.cancel(conversationId, chat.id))).toBe(4104)
  })

  it('check 6: paging to older messages walks over 25 messages without gap or duplicate, paired by chat_id', async () => {
    const api = await clientOf('A')
    const { id: conversationId } = await api.conversations.create({ bot_id: botId })
    await api.conversations.messages.create(conversationId, {
      role: RoleType.User,
      content: 'first',
      meta_data: {},
      content_type: 'text',
    })
    for (let i = 0; i < 12; i++) await speak(api, `hello ${i}`, conversationId)

    const all: { id: string; role: string; chat: string }[] = []
    let after: string | undefined
    const sizes: number[] = []
    for (;;) {
      const page = await api.conversations.messages.list(conversationId, {
        order: 'desc',
        limit: 10,
        ...(after !== undefined && { after_id: after }),
      })
      sizes.push(page.data.length)
      all.push(...page.data.map(({ id, role, chat_id }) => ({ id, role, chat: chat_id })))
      if (!page.has_more) break
      after = page.last_id
    }
    expect(sizes).toEqual([10, 10, 5])
    expect(new Set(all.map(({ id }) => id)).size).toBe(25)
    for (let i = 0; i < 24; i += 2) {
      expect([all[i]?.role, all[i + 1]?.role]).toEqual(['assistant', 'user'])
      expect(all[i]?.chat).toBe(all[i + 1]?.chat)
    }
  })
})
