import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createChatStore } from '../../src/chat/chat-store.ts'
import type { ChatTransport, TurnEvent } from '../../src/chat/chat-transport.ts'
import type { CozeParts } from '../../src/coze/coze-parts.ts'
import { createCozeTransport } from '../../src/coze/coze-transport.ts'
import type { CozeTransportOptions } from '../../src/coze/transport-options.ts'
import { type Clock, systemClock } from '../../src/platform/clock.ts'
import { createPart } from '../../src/platform/part.ts'
import { type CozeSimulator, createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { bundledParts } from '../../src/widget/bundled-parts.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import fc from '../support/fast-check.ts'

const { botId, appId, workflowId } = SIMULATOR_IDS
const { signal } = new AbortController()

let simulator: CozeSimulator

/** Pauses that pass a hundred times faster. */
const quickClock: Clock = {
  ...systemClock,
  setTimeout: (callback, delayMs) => systemClock.setTimeout(callback, delayMs / 100),
}

function connect(
  sessionName: string,
  options: Partial<CozeTransportOptions> = {},
  parts: CozeParts = bundledParts,
): ChatTransport {
  let token = simulator.issueToken(sessionName)
  return createCozeTransport(
    {
      target: { botId },
      subject: () => `s_${sessionName}`,
      lang: 'en',
      fetch: (input, init) => simulator.fetch(new Request(input, init)),
      getToken: async ({ rejected }) => {
        if (rejected === token) token = simulator.issueToken(sessionName)
        return { token, apiBase: 'https://coze.test' }
      },
      ...options,
    },
    parts,
  )
}

async function collect(pieces: AsyncIterable<readonly TurnEvent[]>): Promise<TurnEvent[]> {
  const all: TurnEvent[] = []
  for await (const events of pieces) all.push(...events)
  return all
}

const textOf = (events: TurnEvent[]) => events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')

/** As the token service gives it. */
const BOT = {
  bot_id: botId,
  name: 'Given',
  description: '',
  icon_url: '',
  onboarding_info: { prologue: 'Hello', suggested_questions: ['Open on Sunday?'] },
  shortcut_commands: [{ id: 's1', name: 'Menu', command: '/menu' }],
  media_config: { is_voice_call_closed: true },
}

beforeAll(async () => {
  simulator = await createCozeSimulator()
})

beforeEach(() => simulator.reset())

describe('Coze behind the chat', () => {
  it('shows of the agent what a visitor may see', async () => {
    const agent = await connect('A').loadAgent(signal)
    expect(agent).toMatchObject({ id: botId, name: 'Mocha', suggestions: { length: 3 } })
    expect(agent.greeting).toContain('Harbour Coffee')
    expect(JSON.stringify(agent)).not.toContain('SIMULATED-SYSTEM-PROMPT')
    simulator.setKnobs({ pascalCaseOnboarding: true })
    expect(await connect('A').loadAgent(signal)).toEqual(agent)
  })

  it('knows the background picture of an agent and of a chatflow, also of a profile that was given', async () => {
    const address = expect.stringMatching(/\/assets\/cup\.svg$/)
    const picture = { wide: address, narrow: address }
    expect((await connect('A').loadAgent(signal)).background).toEqual(picture)
    const target = { appId, workflowId }
    expect((await connect('A', { target }).loadAgent(signal)).background).toEqual(picture)
    const profile = (image_url: unknown) => ({
      ...BOT,
      background_image_info: { web_background_image: { image_url }, mobile_background_image: null },
    })
    const given = (image_url: unknown) =>
      connect('A', { givenProfile: async () => ({ id: botId, profile: profile(image_url) }) }).loadAgent(signal)
    expect((await given('https://x.test/a.jpg')).background).toEqual({
      wide: 'https://x.test/a.jpg',
      narrow: undefined,
    })
    // What is no address is no picture.
    expect((await given({ no: 'text' })).background?.wide).toBeUndefined()
  })

  it.each([
    ['/logout', undefined],
    ['//shop.example/logout', undefined],
    ['https://shop.example/icon.png', undefined],
    ['https://user@shop.example/logout', undefined],
    ['', undefined],
    ['https://cdn.example/icon.png', 'https://cdn.example/icon.png'],
    ['data:image/png;base64,AA==', 'data:image/png;base64,AA=='],
  ])('T35: a picture of the agent calls nothing on the site of the page: %s', async (address, shown) => {
    vi.stubGlobal('location', new URL('https://shop.example/cart'))
    const image = { image_url: address }
    const background_image_info = { web_background_image: image, mobile_background_image: image }
    const bot = { id: botId, profile: { ...BOT, icon_url: address, background_image_info } }
    const flow = { id: workflowId, profile: { role: { name: 'Flow', avatar: image, background_image_info } } }
    const agents = [
      await connect('A', { givenProfile: async () => bot }).loadAgent(signal),
      await connect('A', { target: { appId, workflowId }, givenProfile: async () => flow }).loadAgent(signal),
    ]
    vi.unstubAllGlobals()
    const pictures = agents.map(({ name, iconUrl, background }) => [name, iconUrl, background])
    const background = { wide: shown, narrow: shown }
    expect(pictures).toEqual([
      ['Given', shown, background],
      ['Flow', shown, background],
    ])
  })

  it('F98: a profile that Coze gives has text where text is drawn, whatever was sent in its place', async () => {
    const anything = fc.anything({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value) ?? 'null') as unknown)
    const few = fc.array(fc.oneof(anything, fc.record({ id: anything, name: anything, command: anything })))
    const fields = fc.record({
      ...{ name: anything, description: anything, icon_url: anything, media_config: anything, voice_info_list: few },
      onboarding_info: fc.oneof(anything, fc.record({ prologue: anything, suggested_questions: few })),
      shortcut_commands: few,
      background_image_info: fc.record({ web_background_image: fc.record({ image_url: anything }) }),
    })
    const role = fc.record({ name: anything, avatar: fc.record({ image_url: anything }), onboarding_info: anything })
    await fc.assert(
      fc.asyncProperty(fc.oneof(fields, fc.record({ role, workflow_detail: anything })), async (data) => {
        for (const target of [{ botId }, { appId, workflowId }]) {
          const fetch = async () => Response.json({ code: 0, data })
          const { suggestions, shortcuts, background, voice, ...texts } = await connect('A', {
            target,
            fetch,
          }).loadAgent(signal)
          const drawn = [texts, background ?? {}, ...shortcuts].flatMap((each) => Object.values(each))
          expect([...drawn, ...suggestions].filter((text) => text !== undefined && typeof text !== 'string')).toEqual(
            [],
          )
          expect([typeof texts.name, typeof texts.greeting, typeof voice]).toEqual(['string', 'string', 'boolean'])
        }
      }),
    )
  })

  it('F98: messages and conversations have text where text is drawn, and times that a date can hold', async () => {
    const anything = fc.anything({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value) ?? 'null') as unknown)
    const time = fc.oneof(anything, fc.double(), fc.constantFrom('yesterday', 1e30, -1e30))
    const said = { role: anything, content: anything, content_type: anything, reasoning_content: anything }
    const message = fc.record({ ...said, type: fc.constantFrom('answer', 'question'), id: anything, created_at: time })
    const conversation = fc.record({ id: fc.string(), name: anything, updated_at: time, created_at: time })
    await fc.assert(
      fc.asyncProperty(fc.array(message), fc.array(conversation), async (messages, conversations) => {
        const fetch: typeof globalThis.fetch = async (input) =>
          Response.json({ code: 0, data: String(input).includes('/message/') ? messages : { conversations } })
        const coze = connect('A', { fetch })
        const { messages: listed } = await coze.listMessages(signal, '7', undefined)
        const { items } = await coze.listConversations(signal, 1)
        const times = [...listed.map(({ createdAt }) => createdAt), ...items.map(({ updatedAt }) => updatedAt)]
        expect(times.filter((ms) => Number.isNaN(new Date(ms).getTime()))).toEqual([])
        const drawn = [
          ...listed.flatMap(({ text, reasoning = '' }) => [text, reasoning]),
          ...items.map(({ title }) => title),
        ]
        expect(drawn.filter((text) => typeof text !== 'string')).toEqual([])
        expect(listed.filter(({ role }) => role !== 'user' && role !== 'assistant')).toEqual([])
      }),
    )
  })

  it('finds the session’s own conversation, in one channel; an agent’s first question begins it', async () => {
    const transport = connect('A')
    expect(await transport.newestConversation(signal, false)).toBeUndefined()
    const events = await collect(transport.ask(signal, undefined, { text: 'Hello', attachments: [] }))
    const { conversationId = '' } = events.find((event) => event.type === 'started') ?? {}
    expect(await transport.newestConversation(signal, false)).toMatchObject({ id: conversationId })
    expect(await transport.openConversation(signal, conversationId)).toMatchObject({ id: conversationId })
    expect(await connect('B').newestConversation(signal, false)).toBeUndefined()
    expect(await connect('A', { connectorId: '1024' }).newestConversation(signal, false)).toBeUndefined()
  })

  it('a chatflow, whose conversations Coze does not list, is met in the conversation of one name', async () => {
    const target = { appId, workflowId }
    const first = await connect('A', { target }).newestConversation(signal, true)
    expect(first).toBeDefined()
    expect(await connect('A', { target }).newestConversation(signal, false)).toEqual(first)
    expect((await connect('B', { target }).newestConversation(signal, false))?.id).not.toBe(first?.id)
  })

  it('asks nothing about a visitor who is new', async () => {
    const before = simulator.requests.length
    expect(await connect('A').newestConversation(signal, true)).toBeUndefined()
    expect(simulator.requests.length).toBe(before)
  })

  it.each([null, 4001, 4002, 4101, 4200] as const)(
    'a stored conversation that is refused with %s is gone, and so are its messages',
    async (foreignCode) => {
      const foreign = await connect('B').createConversation(signal)
      simulator.setKnobs({ foreignCode })
      const gone = { code: expect.stringMatching(/^(conversation_not_found|permission_denied)$/) }
      await expect(connect('A').openConversation(signal, foreign.id)).rejects.toMatchObject(gone)
      await expect(connect('A').listMessages(signal, foreign.id)).rejects.toMatchObject(gone)
    },
  )

  describe('a profile that the token endpoint gave', () => {
    const given = (profile: object, id = botId) => ({ givenProfile: async () => ({ id, profile }) })

    it('takes the place of the request for it, and has the same words', async () => {
      const asked = await connect('A').loadAgent(signal)
      const wire = simulator.requests.length
      const { bot_id, name, description, icon_url, onboarding_info, shortcut_commands, media_config } = BOT
      const profile = { bot_id, name, description, icon_url, onboarding_info, shortcut_commands, media_config }
      expect(await connect('A', given(profile)).loadAgent(signal)).toMatchObject({ id: asked.id, name: 'Given' })
      expect(simulator.requests.length).toBe(wire)
    })

    it.each<[string, unknown]>([
      ['nothing', undefined],
      ['a word', 'Mocha'],
      ['a list', []],
      ['of another agent', { id: '7300000000000000009', profile: BOT }],
      ['without an id', { profile: BOT }],
      ['without a profile', { id: botId }],
      ['whose name is a number', { id: botId, profile: { ...BOT, name: 5 } }],
      ['whose greeting is an object', { id: botId, profile: { ...BOT, onboarding_info: { prologue: {} } } }],
      [
        'whose suggestions are numbers',
        { id: botId, profile: { ...BOT, onboarding_info: { suggested_questions: [1] } } },
      ],
    ])('%s is not believed: Coze is asked', async (_what, value) => {
      const agent = await connect('A', { givenProfile: async () => value }).loadAgent(signal)
      expect(agent).toMatchObject({ id: botId, name: 'Mocha' })
    })

    it('has no suggestions and shortcuts where it has no lists of them', async () => {
      const profile = { ...BOT, onboarding_info: { suggested_questions: 'Hi' }, shortcut_commands: 7 }
      const agent = await connect('A', { givenProfile: async () => ({ id: botId, profile }) }).loadAgent(signal)
      expect(agent).toMatchObject({ name: BOT.name, suggestions: [], shortcuts: [] })
    })
  })

  it('asks with session_name and user_id in the body, as the isolation guide wants it', async () => {
    simulator.setKnobs({ requireSessionNameInBody: true })
    for (const target of [{ botId }, { appId, workflowId }]) {
      const transport = connect('A', { target })
      const { id } = await transport.createConversation(signal)
      const events = await collect(transport.ask(signal, id, { text: 'Hello', attachments: [] }))
      expect(events.at(0)).toMatchObject({ type: 'started', conversationId: id })
      expect(events.at(-1)).toEqual({ type: 'completed' })
      const body: unknown = simulator.requests.at(-1)?.body
      expect(body).toMatchObject({ session_name: 's_A', user_id: 's_A', connector_id: '999' })
    }
  })

  it.each([
    { lineEnd: '\r\n' as const, chunkBytes: 7 },
    { comments: true, unknownEvents: true },
    { fieldSpace: 'one' as const, done: 'missing' as const },
    { duplicateEvents: true, done: 'twice' as const, reasoning: true, multiAnswer: true },
    { chunkBytes: 1, stringCodes: true },
  ])('reads every way of writing a stream: %j', async (knobs) => {
    const transport = connect('A')
    const { id } = await transport.createConversation(signal)
    simulator.setKnobs(knobs)
    const events = await collect(transport.ask(signal, id, { text: '/markdown', attachments: [] }))
    expect(events.at(-1)).toEqual({ type: 'completed' })
    const completed = events.flatMap((event) => (event.type === 'message-completed' ? event.text : []))
    const { messages } = await transport.listMessages(signal, id)
    const answers = messages.filter(({ role }) => role === 'assistant').map(({ text }) => text)
    expect([...new Set(completed)]).toEqual(answers)
    if (!('duplicateEvents' in knobs)) expect(textOf(events)).toBe(answers.join(''))
  })

  it('pages a long history from the newest to the oldest without a gap or a repetition', async () => {
    const transport = connect('A')
    const { id } = await transport.createConversation(signal)
    for (let n = 0; n < 15; n++) await collect(transport.ask(signal, id, { text: `question ${n}`, attachments: [] }))
    const ids: string[] = []
    const texts: string[] = []
    let before: string | undefined
    do {
      const page = await transport.listMessages(signal, id, before)
      ids.unshift(...page.messages.map((message) => message.id))
      texts.unshift(...page.messages.filter(({ role }) => role === 'user').map(({ text }) => text))
      before = page.olderCursor
    } while (before !== undefined)
    expect(new Set(ids).size).toBe(ids.length)
    expect(texts).toEqual(Array.from({ length: 15 }, (_, n) => `question ${n}`))
  })

  it('sends files in an object_string, never without words, and reads them back', async () => {
    const transport = connect('A')
    const { id } = await transport.createConversation(signal)
    const progress: number[] = []
    const file = new File(['x'], 'cup.png', { type: 'image/png' })
    const image = await transport.upload(signal, file, (fraction) => progress.push(fraction))
    expect(image).toMatchObject({ kind: 'image', name: 'cup.png', sizeBytes: 1, fileId: expect.any(String) })
    expect(progress.at(-1)).toBe(1)
    await collect(transport.ask(signal, id, { text: '', attachments: [image] }))
    const question = (await transport.listMessages(signal, id)).messages.find(({ role }) => role === 'user')
    expect(question?.text).toBe('cup.png')
    expect(question?.attachments).toMatchObject([{ kind: 'image', fileId: image.fileId }])
  })

  it('loads what reads cards before the first one, in an answer and in the history', async () => {
    const askingParts = { ...bundledParts, cards: createPart(bundledParts.cards.load) }
    const asking = connect('A', {}, askingParts)
    const { id } = await asking.createConversation(signal)
    await collect(asking.ask(signal, id, { text: 'Hello', attachments: [] }))
    await asking.listMessages(signal, id)
    expect(askingParts.cards.loaded).toBe(undefined)
    const answer = (await collect(asking.ask(signal, id, { text: '/card', attachments: [] }))).find(
      (event) => event.type === 'message-completed' && event.contentType === 'card',
    )
    const parts = { ...bundledParts, cards: createPart(bundledParts.cards.load) }
    const { messages } = await connect('A', {}, parts).listMessages(signal, id)
    const stored = messages.find(({ contentType }) => contentType === 'card')
    expect(answer).toHaveProperty('text', stored?.text)
    expect(stored?.text).toContain('**')
  })

  it('renames, lists, clears and deletes conversations, and rates an answer', async () => {
    const transport = connect('A')
    const { id, sectionId } = await transport.createConversation(signal)
    await collect(transport.ask(signal, id, { text: 'Hi', attachments: [] }))
    await transport.renameConversation(signal, id, 'x'.repeat(120))
    expect(await transport.listConversations(signal, 1)).toMatchObject({ items: [{ id, title: 'x'.repeat(100) }] })
    expect(await transport.clearContext(signal, id)).not.toBe(sectionId)
    const answer = (await transport.listMessages(signal, id)).messages.at(-1)?.id ?? ''
    await transport.rate(signal, id, answer, { kind: 'like', reasons: ['true'] })
    await transport.rate(signal, id, answer, undefined)
    await transport.deleteMessage(signal, id, answer)
    await transport.deleteConversation(signal, id)
    expect((await transport.listConversations(signal, 1)).items).toEqual([])
  })

  it('F39: an answer that ends without its end is an error, not an answer', async () => {
    const transport = connect('A')
    const { id } = await transport.createConversation(signal)
    simulator.setKnobs({ cut: { afterDeltas: 2, how: 'close' } })
    const answer = collect(transport.ask(signal, id, { text: '/markdown', attachments: [] }))
    await expect(answer).rejects.toMatchObject({ code: 'interrupted', retryable: true })
  })

  it('knows how a turn stands, and takes a turn that has ended for cancelled', async () => {
    const transport = connect('A')
    const { id } = await transport.createConversation(signal)
    const events = await collect(transport.ask(signal, id, { text: 'Hi', attachments: [] }))
    const turnId = events[0]?.type === 'started' ? events[0].turnId : ''
    expect(await transport.turnStatus(signal, id, turnId)).toBe('completed')
    await expect(transport.cancel(signal, id, turnId)).resolves.toBeUndefined()
  })

  it('speaks and listens', async () => {
    const transport = connect('A')
    await transport.loadAgent(signal)
    expect(await transport.transcribe(signal, new Blob(['x'], { type: 'audio/webm' }))).toEqual(expect.any(String))
    const speech = await transport.speak(signal, '你好。'.repeat(200)).catch((error: unknown) => error)
    if (speech instanceof Blob) expect(speech.size).toBeGreaterThan(0)
    else expect(speech).toMatchObject({ code: 'invalid_request' })
  })
})

describe('the connection of an answer', () => {
  /** A turn whose connection stays open after the last word, until `end` is called. */
  async function answer() {
    const clock = createFakeClock()
    const seen = { canceled: false, end: () => {} }
    const write = (name: string, data: object) =>
      new TextEncoder().encode(`event:conversation.${name}\ndata:${JSON.stringify(data)}\n\n`)
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(write('chat.created', { id: 'c1', conversation_id: 'v1' }))
        controller.enqueue(write('chat.completed', { id: 'c1' }))
        seen.end = () => {
          controller.enqueue(new TextEncoder().encode('event:done\ndata:"[DONE]"\n\n'))
          controller.close()
        }
      },
      cancel: () => {
        seen.canceled = true
      },
    })
    const transport = connect('A', { clock, fetch: async () => new Response(body) })
    const events = await collect(transport.ask(signal, 'v1', { text: 'Hi', attachments: [] }))
    expect(events.at(-1)).toEqual({ type: 'completed' })
    return { clock, seen }
  }

  it('may end by itself after the last word, which the visitor does not wait for', async () => {
    const { clock, seen } = await answer()
    await clock.advance(1_999)
    seen.end()
    await clock.advance(600_000)
    expect([seen.canceled, clock.pending]).toEqual([false, 0])
  })

  it('is closed when it has not ended 2 s after the last word', async () => {
    const { clock, seen } = await answer()
    await clock.advance(1_999)
    expect(seen.canceled).toBe(false)
    await clock.advance(1)
    expect([seen.canceled, clock.pending]).toEqual([true, 0])
  })
})

describe('the whole chat on Coze', () => {
  it('remembers within its conversation, and keeps two visitors apart', async () => {
    const a = createChatStore({ parts: bundledParts, transport: connect('A') })
    const b = createChatStore({ parts: bundledParts, transport: connect('B') })
    await a.send('我叫张三，我25岁')
    await b.send('我叫什么名字？')
    await a.send('我叫什么名字？我多大？')
    const last = a.getState().messages.at(-1)
    expect(last).toMatchObject({ role: 'assistant', status: 'complete' })
    expect(last?.text).toMatch(/张三/)
    expect(last?.text).toMatch(/25/)
    expect(JSON.stringify(b.getState())).not.toContain('张三')
  })

  it('F45: tokens revoked before every call disturb nothing', async () => {
    for (const knobs of [
      {},
      { authStatus: 200 as const },
      { expiredCode: 700_012_006 as const, authStatus: 200 as const },
    ]) {
      simulator.setKnobs(knobs)
      const store = createChatStore({ parts: bundledParts, transport: connect('A') })
      await store.open()
      for (let n = 0; n < 3; n++) {
        simulator.revoke()
        await store.send(`question ${n}`)
      }
      expect(store.getState().messages.map(({ status }) => status)).toEqual(
        expect.arrayContaining(['sent', 'complete']),
      )
      expect(store.getState().messages.some(({ status }) => status === 'failed')).toBe(false)
      store.destroy()
    }
  })

  it('runs the page’s tools for the agent', async () => {
    const called: unknown[] = []
    const tools = {
      open_door: (args: Record<string, unknown>) => {
        called.push(args)
        return { opened: true }
      },
    }
    const store = createChatStore({ parts: bundledParts, transport: connect('A'), tools })
    await store.send('/tool local open_door {"n":1}')
    const { messages } = store.getState()
    expect(messages.at(-1)).toMatchObject({ role: 'assistant', status: 'complete' })
    expect(simulator.requests.some(({ path }) => path === '/v3/chat/submit_tool_outputs')).toBe(true)
  })

  it.each(['reset', 'close', 'half-event'] as const)(
    'F39: an answer cut off (%s) is completed from the server’s list',
    async (how) => {
      const store = createChatStore({ parts: bundledParts, transport: connect('A'), clock: quickClock })
      await store.open()
      simulator.setKnobs({ cut: { afterDeltas: 3, how } })
      await store.send('/markdown')
      const last = store.getState().messages.at(-1)
      const { messages } = await connect('A').listMessages(signal, store.getState().conversationId ?? '')
      expect(last).toMatchObject({ status: 'complete', text: messages.at(-1)?.text })
    },
  )

  it('answers a chatflow’s question in place', async () => {
    const store = createChatStore({ parts: bundledParts, transport: connect('A', { target: { appId, workflowId } }) })
    await store.send('/ask')
    expect(store.getState().turn.phase).toBe('idle')
    await store.send('large')
    expect(store.getState().messages.map(({ status }) => status)).toEqual(['sent', 'complete', 'sent', 'complete'])
  })
})
