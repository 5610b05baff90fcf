import { describe, expect, it } from 'vitest'
import type { ChatTransport, TurnEvent } from '../../../src/chat/chat-transport.ts'
import { createCozeTransport } from '../../../src/coze/coze-transport.ts'
import type { CozeTransportOptions } from '../../../src/coze/transport-options.ts'
import { bundledParts } from '../../../src/widget/bundled-parts.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import {
  appId,
  type Browser,
  botId,
  createGatewayFixture,
  type Flavour,
  type GatewayFixture,
  ORIGIN,
  workflowId,
} from './support.ts'

const { signal } = new AbortController()

/** The client of the widget's chat, on a page that sets `apiBase` to the gateway and no other option for it. */
function connect(fixture: GatewayFixture, browser: Browser, options: Partial<CozeTransportOptions> = {}) {
  let pass = browser.answer.access_token
  let renewals = 0
  const transport: ChatTransport = createCozeTransport(
    {
      target: { botId },
      subject: () => browser.answer.subject,
      lang: 'en',
      fetch: (input, init) => {
        const request = new Request(input, init)
        request.headers.set('origin', ORIGIN)
        return fixture.service.fetch(request)
      },
      getToken: async ({ rejected }) => {
        if (rejected === pass) {
          renewals++
          const response = await fixture.service.fetch(
            new Request(`${ORIGIN}/api/coze/token`, {
              method: 'POST',
              headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-chat-token': '1' },
              body: JSON.stringify({ session_id: browser.answer.session_id, renew: true }),
            }),
          )
          pass = ((await response.json()) as { access_token: string }).access_token
        }
        return { token: pass, apiBase: `${ORIGIN}/api/coze` }
      },
      ...options,
    },
    bundledParts,
  )
  return { transport, renewals: () => renewals }
}

async function collect(pieces: AsyncIterable<readonly TurnEvent[]>): Promise<TurnEvent[]> {
  const all: TurnEvent[] = []
  for await (const events of pieces) all.push(...events)
  return all
}

const textOf = (events: TurnEvent[]) => events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')
const question = (text: string) => ({ text, attachments: [] })

describe.each<Flavour>(['coze', 'studio'])('the light chat through the gateway to %s', (flavour) => {
  it('greets, opens, asks, remembers, shows tools and lists what was said', async () => {
    const fixture = await createGatewayFixture({ flavour })
    const { transport } = connect(fixture, await fixture.visit())
    expect(await transport.loadAgent(signal)).toMatchObject({
      id: botId,
      name: 'Mocha',
      suggestions: { length: 3 },
      shortcuts: { length: 3 },
    })
    expect(await transport.newestConversation(signal, false)).toBeUndefined()
    const first = await collect(transport.ask(signal, undefined, question('My name is Ann')))
    expect(first.at(-1)?.type).toBe('completed')
    const { conversationId: id = '' } = first.find((event) => event.type === 'started') ?? {}
    expect(textOf(await collect(transport.ask(signal, id, question('What is my name?'))))).toContain('Ann')
    const events = await collect(transport.ask(signal, id, question(flavour === 'coze' ? '/tool local' : 'Hello')))
    const started = events.find((event) => event.type === 'started')
    if (started?.type !== 'started') throw new Error('no turn began')
    // Studio has no call that takes what a function of the page returned.
    if (flavour === 'coze') {
      const action = events.find((event) => event.type === 'action-required')
      if (action?.type !== 'action-required') throw new Error('no tool was called')
      const outputs = action.calls.map((call) => ({ callId: call.id, output: 'done' }))
      const after = await collect(transport.submitToolOutputs(signal, id, started.turnId, outputs))
      expect(after.at(-1)?.type).toBe('completed')
    }
    const { messages } = await transport.listMessages(signal, id)
    expect(messages.map(({ text }) => text)).toContain('My name is Ann')
    expect(await transport.turnStatus(signal, id, started.turnId)).toBe('completed')
    expect((await transport.openConversation(signal, id)).id).toBe(id)
    expect((await transport.newestConversation(signal, false))?.id).toBe(id)
  })

  it('stops an answer, sends a file, and manages conversations', async () => {
    const fixture = await createGatewayFixture({ flavour, knobs: { cancel: 'stop' } })
    const { transport } = connect(fixture, await fixture.visit())
    const { id } = await transport.createConversation(signal)
    const upload = await transport.upload(signal, new File(['tea'], 'menu.txt', { type: 'text/plain' }), () => {})
    const answer = await collect(transport.ask(signal, id, { text: 'Look', attachments: [upload] }))
    expect(textOf(answer)).toContain('menu.txt')
    await transport.clearContext(signal, id)
    await transport.renameConversation(signal, id, 'Tea')
    const second = await transport.createConversation(signal)
    const { items } = await transport.listConversations(signal, 1)
    expect(items.map(({ title }) => title)).toContain('Tea')
    await transport.deleteConversation(signal, second.id)
    await expect(transport.listMessages(signal, second.id)).rejects.toMatchObject({ code: 'conversation_not_found' })
  })

  it.skipIf(flavour === 'studio')('talks to a chatflow', async () => {
    const fixture = await createGatewayFixture({ flavour })
    const { transport } = connect(fixture, await fixture.visit(), { target: { appId, workflowId } })
    expect((await transport.loadAgent(signal)).name).toBe('Mocha')
    const id = (await transport.newestConversation(signal, false))?.id
    await collect(transport.ask(signal, id, question('My name is Ann')))
    expect(textOf(await collect(transport.ask(signal, id, question('What is my name?'))))).toContain('Ann')
  })
})

describe('the light chat through the gateway', () => {
  it('finds an unknown conversation gone, as it does with Coze', async () => {
    const fixture = await createGatewayFixture()
    const [ann, bob] = [await fixture.visit(), await fixture.visit()]
    const { conversation } = await ann.talk()
    const { transport } = connect(fixture, bob)
    const gone = { code: 'conversation_not_found' }
    await expect(transport.openConversation(signal, conversation)).rejects.toMatchObject(gone)
    await expect(transport.listMessages(signal, conversation)).rejects.toMatchObject(gone)
    expect(await transport.newestConversation(signal, false)).toBeUndefined()
  })

  it('notices nothing when Coze revokes the token, and renews its pass by itself when that is too old', async () => {
    const clock = createFakeClock()
    const fixture = await createGatewayFixture({ service: { clock } })
    const browser = await fixture.visit()
    const { transport, renewals } = connect(fixture, browser)
    const { id } = await transport.createConversation(signal)
    await collect(transport.ask(signal, id, question('My name is Ann')))
    fixture.simulator.revoke()
    expect(textOf(await collect(transport.ask(signal, id, question('What is my name?'))))).toContain('Ann')
    expect(renewals()).toBe(0)
    await clock.advance(15 * 60_000)
    expect(textOf(await collect(transport.ask(signal, id, question('What is my name?'))))).toContain('Ann')
    expect(renewals()).toBe(1)
  })
})
