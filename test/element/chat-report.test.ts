// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { AnyChatEvent } from '../../src/element/chat-widget.ts'
import { clearPage, createFakeWidget, placeElement, serveWidget, settle } from './support.ts'

afterEach(clearPage)

describe('the events of a chat', () => {
  async function openChat() {
    const widget = createFakeWidget()
    serveWidget(async () => widget.module)
    const element = placeElement()
    const heard: AnyChatEvent[] = []
    const off = element.chat.on('*', (event) => heard.push(event))
    element.chat.open()
    await settle()
    const host = widget.cores[0]?.host
    if (!host) throw new Error('There is no chat.')
    return { element, heard, off, host }
  }

  it('come to one listener with their types, until it leaves', async () => {
    const { element, heard, off, host } = await openChat()
    host.emit('handoff', { from: 'header' })
    element.chat.close()
    expect(heard).toEqual([
      { type: 'open', detail: {} },
      { type: 'handoff', detail: { from: 'header' } },
      { type: 'close', detail: {} },
    ])
    off()
    element.chat.open()
    expect(heard).toHaveLength(3)
  })

  it('a question of the visitor’s own counts as nothing unread, an answer does', async () => {
    const { element, host } = await openChat()
    element.chat.close()
    host.emit('message', { role: 'user', text: 'Q' })
    expect(element.chat.state.unread).toBe(0)
    host.emit('message', { role: 'assistant', text: 'A' })
    expect(element.chat.state.unread).toBe(1)
  })

  it('are DOM events under both names as well, of the new types too', async () => {
    const { element, host } = await openChat()
    const listener = vi.fn()
    for (const name of ['coze-chat:suggestion', 'coze-chat-link'] as const) document.addEventListener(name, listener)
    host.emit('suggestion', { kind: 'followUp', index: 2 })
    host.emit('link', { url: 'https://shop.example/a' })
    expect(listener.mock.calls.map(([{ type, detail }]) => [type, detail])).toEqual([
      ['coze-chat:suggestion', { kind: 'followUp', index: 2 }],
      ['coze-chat-link', { url: 'https://shop.example/a' }],
    ])
    expect(element.isConnected).toBe(true)
  })
})
