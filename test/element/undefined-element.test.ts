// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createChatWidget } from '../../src/index.ts'
import { AGENT, launcherOf, watchConsole } from './support.ts'

afterEach(() => document.documentElement.querySelector('coze-chat')?.remove())

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
})
