// @vitest-environment happy-dom
/** How often the panel is drawn, counted. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AgentProfile } from '../../../src/chat/chat-state.ts'
import { createChatStore } from '../../../src/chat/chat-store.ts'
import { Composer } from '../../../src/ui/composer/composer.tsx'
import { MessageList } from '../../../src/ui/messages/message-list.tsx'
import { Header } from '../../../src/ui/panel/header.tsx'
import { Panel } from '../../../src/ui/panel/panel.tsx'
import { bundledParts } from '../../../src/widget/bundled-parts.ts'
import { userMessage } from '../../support/fake-chat-store.ts'
import { createScriptedServer } from '../../support/scripted-transport.ts'
import { closeTestPanels, openTestPanel, ready } from '../../support/test-panel.ts'

vi.mock('../../../src/ui/panel/panel.tsx', { spy: true })
vi.mock('../../../src/ui/panel/header.tsx', { spy: true })
vi.mock('../../../src/ui/messages/message-list.tsx', { spy: true })
vi.mock('../../../src/ui/composer/composer.tsx', { spy: true })

const drawings = () => ({
  panel: vi.mocked(Panel).mock.calls.length,
  header: vi.mocked(Header).mock.calls.length,
  messages: vi.mocked(MessageList).mock.calls.length,
  composer: vi.mocked(Composer).mock.calls.length,
})

beforeEach(() => vi.clearAllMocks())
afterEach(closeTestPanels)

/** A panel that opens over a server that answers when it is told to. */
async function openChat() {
  const { transport } = createScriptedServer()
  let giveConversation = () => {}
  let giveProfile = () => {}
  const store = createChatStore({
    parts: bundledParts,
    transport: {
      ...transport,
      newestConversation: () => new Promise((resolve) => (giveConversation = () => resolve(undefined))),
      loadAgent: () => new Promise((resolve) => (giveProfile = () => resolve(ready.agent as AgentProfile))),
    },
  })
  void store.open()
  const panel = await openTestPanel({}, { store })
  return { panel, giveConversation, giveProfile }
}

describe('a chat that is opened', () => {
  it('is drawn at once and with its greeting', async () => {
    const { panel, giveConversation, giveProfile } = await openChat()
    expect(drawings()).toEqual({ panel: 1, header: 1, messages: 1, composer: 1 })
    giveConversation()
    giveProfile()
    await panel.settle()
    expect(panel.find('.greeting').textContent).toBe('Hello there')
    expect(drawings()).toEqual({ panel: 2, header: 2, messages: 2, composer: 2 })
  })

  it('waits as before while the profile alone is missing, and changes nothing in the document', async () => {
    const { panel, giveConversation, giveProfile } = await openChat()
    const waiting = panel.find('.panel').outerHTML
    giveConversation()
    await panel.settle()
    expect(drawings()).toEqual({ panel: 2, header: 1, messages: 2, composer: 2 })
    expect(panel.find('.panel').outerHTML).toBe(waiting)
    expect(panel.root.querySelectorAll('.wait')).toHaveLength(1)
    giveProfile()
    await panel.settle()
    expect(panel.root.querySelectorAll('.wait')).toHaveLength(0)
    expect(panel.find('span.avatar').textContent).toBe('H')
    expect(drawings()).toEqual({ panel: 3, header: 2, messages: 3, composer: 3 })
  })
})

it('what is typed draws neither the header nor the messages again', async () => {
  const panel = await openTestPanel({ ...ready, messages: [userMessage({ key: 'u' })] })
  vi.clearAllMocks()
  panel.type('hello')
  await panel.settle()
  expect(drawings()).toEqual({ panel: 1, header: 0, messages: 0, composer: 1 })
})
