// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ChatWidget } from '../src/element/chat-widget.ts'
import type { CozeChatElement } from '../src/element/coze-chat-element.ts'
import type { ChatWidgetOptions } from '../src/options/widget-options.ts'
import { clearPage, launcherOf, watchConsole } from './element/support.ts'

/** The page runs the script tag with these attributes. */
async function runTag(
  dataset: Record<string, string>,
  nonce = '',
  service?: ChatWidgetOptions,
  src = 'https://cdn.test/dist/embed.js',
): Promise<void> {
  const script = document.createElement('script')
  // Looked at, not loaded.
  script.type = 'text/plain'
  script.src = src
  script.nonce = nonce
  Object.assign(script.dataset, dataset)
  if (service !== undefined) {
    script.cozeChatService = service
    vi.spyOn(document, 'currentScript', 'get').mockReturnValue(script)
  }
  document.head.append(script)
  vi.resetModules()
  await import('../src/embed.ts')
  script.remove()
}

const TAG = { botId: '7300000000000000001', tokenUrl: '/api/coze/token' }
const element = () => document.querySelector<CozeChatElement>('coze-chat')

afterEach(() => {
  clearPage()
  delete window.cozeChatOptions
  delete window.cozeChatQueue
})

describe('the script tag', () => {
  it('reads its own attributes and its nonce, and offers one global', async () => {
    await runTag({ ...TAG, offsetX: '7', launcher: 'false', suggestions: 'One|Two' }, 'abc')
    expect(element()?.options).toEqual({
      ...TAG,
      offsetX: 7,
      launcher: false,
      suggestions: 'One|Two',
      nonce: 'abc',
    })
    expect(window.cozeChat).toBe(element()?.chat)
  })

  it('takes functions from window.cozeChatOptions, which win over attributes', async () => {
    const getToken = () => 'czs_'
    window.cozeChatOptions = { getToken, title: 'B' }
    await runTag({ botId: '1', title: 'A' })
    expect(element()?.options).toEqual({ botId: '1', getToken, title: 'B' })
  })

  it('takes what it does not say from the service that delivered it', async () => {
    const service = { tokenUrl: 'https://chat.test/api/coze/token', botId: '1', ui: 'light', region: 'com' } as const
    await runTag({ ui: 'official', lang: 'de' }, '', service)
    expect(element()?.options).toEqual({ ...service, ui: 'official', lang: 'de' })
  })

  it('without an agent it only brings the element', async () => {
    await runTag({})
    expect(element()).toBeNull()
    expect(window.cozeChat).toBeUndefined()
    document.body.innerHTML = '<coze-chat bot-id="1" token-url="/t"></coze-chat>'
    expect(launcherOf(element() as Element).hidden).toBe(false)
  })

  it('F106: names no agent where the page has no element either: the owner is told to give one', async () => {
    const { warnings } = watchConsole()
    document.body.innerHTML = '<coze-chat bot-id="1" token-url="/t"></coze-chat>'
    await runTag({ ui: 'light' })
    expect(warnings).not.toHaveBeenCalled()
    clearPage()
    await runTag({ ui: 'light' })
    expect(element()).toBeNull()
    expect(warnings.mock.calls).toEqual([[expect.stringMatching(/No agent: set data-bot-id and data-token-url/)]])
    await runTag({}, '', {}, 'https://cdn.test/js/all.js')
    expect(warnings).toHaveBeenCalledTimes(2)
  })

  it('twice the same tag is one chat with one warning; the handle stays', async () => {
    const { warnings } = watchConsole()
    await runTag(TAG)
    const { cozeChat } = window
    await runTag(TAG)
    expect(document.querySelectorAll('coze-chat')).toHaveLength(1)
    expect(window.cozeChat).toBe(cozeChat)
    expect(warnings).toHaveBeenCalledTimes(1)
  })

  it('after destroy() no global is left, and the tag may come again', async () => {
    await runTag(TAG)
    window.cozeChat?.destroy()
    expect(['cozeChat' in window, 'cozeChatQueue' in window]).toEqual([false, false])
    await runTag(TAG)
    expect(window.cozeChat?.state.status).toBe('idle')
  })
})

describe('cozeChatQueue', () => {
  it('is worked off when the script comes, in order, and works at once from then on', async () => {
    const heard: string[] = []
    window.cozeChatQueue = [
      (chat: ChatWidget) => void heard.push(`first ${chat.state.status}`),
      () => void heard.push('second'),
    ]
    await runTag(TAG)
    expect(heard).toEqual(['first idle', 'second'])
    ;(window.cozeChatQueue ??= []).push((chat) => void heard.push(`late ${chat === window.cozeChat}`))
    expect(heard.at(-1)).toBe('late true')
  })

  it('a call that throws does not stop the others, and the page sees its error', async () => {
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    const fault = new Error('of the page')
    const next = vi.fn()
    window.cozeChatQueue = [
      () => {
        throw fault
      },
      next,
    ]
    await runTag(TAG)
    expect(next).toHaveBeenCalledWith(window.cozeChat)
    expect(reported).toHaveBeenCalledWith(fault)
  })

  it.each([['a text'], [7], [null], [{ push: 'no function' }]])('%o under that name harms nobody', async (foreign) => {
    Object.assign(window, { cozeChatQueue: foreign })
    await runTag(TAG)
    expect(window.cozeChat?.state.status).toBe('idle')
  })
})
