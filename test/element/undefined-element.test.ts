// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createChatWidget } from '../../src/index.ts'
import { AGENT, launcherOf, settle, watchConsole } from './support.ts'

afterEach(() => {
  document.documentElement.querySelector('coze-chat')?.remove()
  vi.restoreAllMocks()
})

describe('F54: a page whose customElements.define does not define', () => {
  it.each([
    ['does nothing', () => {}],
    [
      'throws',
      () => {
        throw new TypeError('of the page')
      },
    ],
  ])('because it %s: its owner reads why, and the chat works', (_what, define) => {
    const { errors, warnings } = watchConsole()
    vi.spyOn(customElements, 'define').mockImplementation(define)
    const chat = createChatWidget({ ...AGENT, target: document.body })
    expect(String(errors.mock.calls[0]?.[0])).toMatch(/misconfigured: customElements\.define/)
    const element = document.querySelector('coze-chat')
    if (!element) throw new Error('There is no element.')
    launcherOf(element).click()
    expect(chat.state.open).toBe(true)
    expect(createChatWidget(AGENT)).toBe(chat)
    expect(warnings).toHaveBeenCalledTimes(1)
    chat.destroy()
    expect(document.querySelector('coze-chat')).toBeNull()
  })
  it('and removes the chat: it ends when another one is made for its agent', () => {
    watchConsole()
    vi.spyOn(customElements, 'define').mockImplementation(() => {})
    const removed = createChatWidget(AGENT)
    document.querySelector('coze-chat')?.remove()
    const next = createChatWidget({ ...AGENT, target: document.body })
    expect(removed.state.status).toBe('destroyed')
    next.open()
    expect(next.state.open).toBe(true)
    expect(document.querySelectorAll('coze-chat')).toHaveLength(1)
    next.destroy()
  })

  it('and is still loading: a chat that waits for it is not taken for a removed one', async () => {
    watchConsole()
    vi.spyOn(customElements, 'define').mockImplementation(() => {})
    vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading')
    const waiting = createChatWidget(AGENT)
    document.body.append('written meanwhile')
    await settle()
    expect(document.querySelector('coze-chat')).toBeNull()
    expect(createChatWidget(AGENT)).toBe(waiting)
    expect(waiting.state.status).toBe('idle')
    waiting.destroy()
  })
})
