import { describe, expect, it } from 'vitest'
import { CONVERSATION_GONE } from '../../src/chat/chat-session.ts'
import { createChatStore } from '../../src/chat/chat-store.ts'
import type { TurnEvent } from '../../src/chat/chat-transport.ts'
import { createCozeTransport } from '../../src/coze/coze-transport.ts'
import type { CozeChatError } from '../../src/errors.ts'
import { createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { bundledParts } from '../../src/widget/bundled-parts.ts'
import { STUDIO, studioResponse } from '../support/studio-bodies.ts'

const { botId } = SIMULATOR_IDS
const { signal } = new AbortController()
const CONVERSATION = '7500000000000000001'
const CHAT = '7500000000000000100'

/** The light chat's client in front of a server that answers with these responses, one after the other. */
function inFrontOf(...answers: readonly (string | Response)[]) {
  const rest = [...answers]
  const asked: string[] = []
  const transport = createCozeTransport(
    {
      target: { botId },
      subject: () => 's_A',
      fetch: async (input, init) => {
        asked.push(`${init?.method} ${new URL(String(input)).pathname}`)
        const answer = rest.shift() ?? 'unknown conversation'
        return typeof answer === 'string' ? studioResponse(answer) : answer
      },
      getToken: async () => ({ token: 'pat_x', apiBase: 'https://studio.test' }),
    },
    bundledParts,
  )
  return { transport, asked }
}

const sse = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } })

async function collect(pieces: AsyncIterable<readonly TurnEvent[]>): Promise<TurnEvent[]> {
  const all: TurnEvent[] = []
  for await (const events of pieces) all.push(...events)
  return all
}

describe('Coze Studio’s own bodies, read by the light chat', () => {
  it('F93: an agent whose lists are null', async () => {
    const { transport } = inFrontOf('agent')
    expect(await transport.loadAgent(signal)).toMatchObject({
      ...{ id: botId, name: 'Mocha', greeting: 'Hello', suggestions: [], shortcuts: [], voice: false },
    })
  })

  it('F93: a new visitor, without conversations and messages', async () => {
    const { transport, asked } = inFrontOf('no conversations', 'created conversation', 'no messages')
    expect(await transport.newestConversation(signal, false)).toBeUndefined()
    const { id, sectionId } = await transport.createConversation(signal)
    expect([id, sectionId]).toEqual([CONVERSATION, '7500000000000000002'])
    expect(await transport.listMessages(signal, id)).toEqual({ messages: [], olderCursor: undefined })
    expect(asked).toEqual([
      'GET /v1/conversations',
      'POST /v1/conversation/create',
      'POST /v1/conversation/message/list',
    ])
  })

  it('F93: a returning visitor, with a conversation and a picture in it', async () => {
    const { transport } = inFrontOf('retrieved conversation', 'messages')
    const { id } = await transport.openConversation(signal, CONVERSATION)
    expect(id).toBe(CONVERSATION)
    const { messages } = await transport.listMessages(signal, id)
    expect(messages).toMatchObject([
      { role: 'user', text: 'What is this?', attachments: [{ kind: 'image', name: 'menu.png', sizeBytes: 12 }] },
      { role: 'assistant', text: 'That is a menu.', reasoning: undefined },
    ])
  })

  it('F93: a remembered conversation that is gone, or another account’s, is replaced by the newest', async () => {
    for (const gone of ['unknown conversation', Response.json({ code: 103000001, msg: 'unauthorized access : x' })]) {
      const { transport } = inFrontOf(gone, 'conversations')
      const code = await transport.openConversation(signal, '1').catch((error: CozeChatError) => error.code)
      expect(CONVERSATION_GONE).toContain(code)
      expect((await transport.newestConversation(signal, false))?.id).toBe(CONVERSATION)
    }
  })

  it('F93: listing, renaming, deleting and clearing', async () => {
    const { transport } = inFrontOf(
      'conversations',
      'renamed conversation',
      'deleted conversation',
      'cleared conversation',
    )
    expect(await transport.listConversations(signal, 1)).toEqual({
      items: [{ id: CONVERSATION, title: '', updatedAt: 1_790_000_000_000 }],
      hasMore: false,
    })
    await transport.renameConversation(signal, CONVERSATION, 'Tea')
    await transport.deleteConversation(signal, CONVERSATION)
    expect(await transport.clearContext(signal, CONVERSATION)).toBe('7500000000000000003')
  })

  it('F93: stopping, also where the turn has ended meanwhile', async () => {
    const over = studioResponse('turn is over', 400)
    const { transport } = inFrontOf('cancelled chat', over, 'chat')
    await transport.cancel(signal, CONVERSATION, CHAT)
    await transport.cancel(signal, CONVERSATION, CHAT)
    expect(await transport.turnStatus(signal, CONVERSATION, CHAT)).toBe('running')
  })

  it.each([
    ['conversation.chat.cancelled', 'canceled'],
    ['cancelled', 'canceled'],
    ['required_action', 'waiting'],
    ['expired', 'failed'],
    ['completed', 'completed'],
  ])('F93: a turn with the status %s is %s', async (status, expected) => {
    const { data } = STUDIO['chat'] as { data: object }
    const { transport } = inFrontOf(Response.json({ code: 0, data: { ...data, status } }))
    expect(await transport.turnStatus(signal, CONVERSATION, CHAT)).toBe(expected)
  })

  it('F93: an upload', async () => {
    const { transport } = inFrontOf('file')
    const file = new File(['x'], 'menu.png', { type: 'image/png' })
    expect(await transport.upload(signal, file, () => {})).toMatchObject({
      fileId: '7500000000000000300',
      sizeBytes: 12,
    })
  })

  it.each([
    [
      'an event of JSON',
      '{"code":103100001,"msg":"code=103100002 message=agent not exists\\nstack=x"}',
      'agent_not_found',
    ],
    ['an event of plain text', 'code=103000001 message=unauthorized access : x\ndata:stack=x', 'permission_denied'],
    ['words that tell nothing', 'conversation not found', 'upstream_error'],
  ])('F93: a question that is refused in %s', async (_what, data, code) => {
    const { transport } = inFrontOf(sse(`event:error\ndata:${data}\n\n`))
    const question = { text: 'hi', attachments: [] }
    await expect(collect(transport.ask(signal, CONVERSATION, question))).rejects.toMatchObject({ code })
  })

  it('F93: an answer that fails in plain text on its way', async () => {
    const created = `event:conversation.chat.created\ndata:{"id":"${CHAT}","conversation_id":"${CONVERSATION}"}\n\n`
    const { transport } = inFrontOf(sse(`${created}event:error\ndata:the workflow broke\n\n`))
    const events = await collect(transport.ask(signal, CONVERSATION, { text: 'hi', attachments: [] }))
    expect(events.at(-1)).toMatchObject({ type: 'failed', problem: { code: 'upstream_error' } })
  })
})

describe('what any Coze leaves out', () => {
  const missing = [
    {},
    { data: null },
    { data: {} },
    { data: { conversations: null } },
    { data: { conversations: [null] } },
  ]

  it.each(missing)('F93: no conversation is found in %j', async (body) => {
    const { transport } = inFrontOf(Response.json({ code: 0, ...body }))
    expect(await transport.newestConversation(signal, false)).toBeUndefined()
    const list = inFrontOf(Response.json({ code: 0, ...body })).transport
    expect(await list.listConversations(signal, 1)).toEqual({ items: [], hasMore: false })
  })

  it.each([{}, { data: null }, { data: {} }, { data: [null] }, { data: '' }])(
    'F93: no message is found in %j',
    async (body) => {
      const { transport } = inFrontOf(Response.json({ code: 0, ...body }))
      expect((await transport.listMessages(signal, CONVERSATION)).messages).toEqual([])
    },
  )

  it.each([
    {},
    { data: null },
    { data: {} },
    { data: { onboarding_info: null, shortcut_commands: [null], voice_info_list: null } },
  ])('F93: an agent is drawn from %j', async (body) => {
    const { transport } = inFrontOf(Response.json({ code: 0, ...body }))
    expect(await transport.loadAgent(signal)).toMatchObject({ id: botId, name: '', suggestions: [], shortcuts: [] })
  })

  it('F93: a message whose fields are null is an empty message', async () => {
    const nothing = { id: '1', role: 'assistant', type: null, content: null, content_type: null, meta_data: null }
    const { transport } = inFrontOf(Response.json({ code: 0, data: [{ ...nothing, reasoning_content: null }] }))
    expect((await transport.listMessages(signal, CONVERSATION)).messages).toMatchObject([{ id: '1', text: '' }])
  })

  it('F93: what cannot be done without is an error of ours, and no crash', async () => {
    const { transport } = inFrontOf(Response.json({ code: 0 }), Response.json({ code: 0, data: null }))
    await expect(transport.createConversation(signal)).rejects.toMatchObject({ code: 'bad_response' })
    await expect(transport.turnStatus(signal, CONVERSATION, CHAT)).rejects.toMatchObject({ code: 'bad_response' })
  })
})

describe('the light chat straight in front of Coze Studio', () => {
  it('F93: opens, asks, remembers, lists and renames', async () => {
    const simulator = await createCozeSimulator({ knobs: { flavour: 'studio' } })
    const open = () => {
      const transport = createCozeTransport(
        {
          target: { botId },
          subject: () => 's_A',
          lang: 'en',
          fetch: (input, init) => simulator.fetch(new Request(input, init)),
          getToken: async () => ({ token: simulator.credentials.personalToken, apiBase: 'https://studio.test' }),
        },
        bundledParts,
      )
      return createChatStore({ parts: bundledParts, transport })
    }
    const chat = open()
    await chat.open()
    await chat.send('My name is Ann')
    const again = open()
    await again.open()
    await again.send('What is my name?')
    expect(again.getState()).toMatchObject({ problem: undefined, messages: { length: 4 } })
    expect(again.getState().messages.at(-1)?.text).toContain('Ann')
    await again.renameConversation(again.getState().conversationId ?? '', 'Tea')
    await again.loadConversations()
    expect(again.getState().conversations.items).toMatchObject([{ title: 'Tea' }])
  })
})
