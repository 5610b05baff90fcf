// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { allFeatures, type Feature } from '../../../src/options/features.ts'
import { assistantMessage, userMessage } from '../../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, type PanelProps, ready, type TestPanel } from '../../support/test-panel.ts'

beforeEach(() => {
  // A browser that can record.
  vi.stubGlobal('MediaRecorder', class {})
  vi.stubGlobal('OfflineAudioContext', class {})
  vi.stubGlobal('isSecureContext', true)
  Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia() {} }, configurable: true })
})
afterEach(closeTestPanels)

const talk = {
  ...ready,
  agent: ready.agent && { ...ready.agent, voice: true },
  messages: [userMessage({ key: 'u', turnId: 't' }), assistantMessage({ key: 'a', id: 'm', turnId: 't' })],
}

const open = (features: string, props: Partial<PanelProps> = {}) =>
  openTestPanel(talk, { features: allFeatures(features), ...props })

/** The names of all buttons and fields that a visitor finds; one of them is there in a narrow panel alone. */
const found = (panel: TestPanel) =>
  [...panel.root.querySelectorAll<HTMLElement>('button, input, textarea')]
    .filter((control) => control.closest('[hidden], .unfolds') === null)
    .map((control) => control.getAttribute('aria-label') ?? control.textContent ?? '')

const CONTROLS: Readonly<Record<Exclude<Feature, 'header'>, readonly string[]>> = {
  upload: ['Attach files'],
  voice: ['Speak your message'],
  readAloud: ['Read aloud'],
  conversations: ['Conversations'],
  feedback: ['Good answer', 'Bad answer'],
  regenerate: ['Answer again'],
  edit: ['Edit'],
  newConversation: ['New conversation'],
}

describe('a feature that the owner switches off', () => {
  it.each(Object.entries(CONTROLS))('%s takes its own buttons away, and no others', async (name, controls) => {
    const all = found(await open(''))
    expect(all).toEqual(expect.arrayContaining([...controls]))
    expect(found(await open(`-${name}`))).toEqual(all.filter((control) => !controls.includes(control)))
  })

  it('upload: nothing is taken from the clipboard or by dropping either', async () => {
    const panel = await open('-upload')
    const files = { files: [new File(['x'], 'x.txt')], types: ['Files'], getData: () => '' }
    const paste = Object.assign(new Event('paste', { bubbles: true, cancelable: true }), { clipboardData: files })
    const drag = Object.assign(new Event('dragover', { bubbles: true, cancelable: true }), { dataTransfer: files })
    panel.find('.composer').dispatchEvent(paste)
    panel.find('.panel').dispatchEvent(drag)
    await panel.settle()
    expect([paste.defaultPrevented, drag.defaultPrevented]).toEqual([false, false])
    expect(panel.store.calls).toEqual([])
  })

  it('feedback: an answer that was rated before asks for no reasons', async () => {
    const messages = [assistantMessage({ key: 'a', id: 'm', feedback: 'unlike' })]
    const panel = await openTestPanel({ ...ready, messages }, { features: allFeatures('-feedback') })
    expect(panel.root.querySelector('.why')).toBeNull()
  })

  it('header: it goes from a window and from the page, and stays where it is the only way out', async () => {
    const hidden = async (layout: PanelProps['layout']) =>
      (await open('-header', { layout })).find('.header').hasAttribute('hidden')
    expect([await hidden('floating'), await hidden('inline'), await hidden('fullscreen')]).toEqual([true, true, false])
  })

  it('edit: a question that failed can still be taken back', async () => {
    const messages = [
      userMessage({ key: 'u', status: 'failed', problem: { code: 'input_too_long', retryable: false } }),
    ]
    const panel = await openTestPanel({ ...ready, messages }, { features: allFeatures('-edit') })
    vi.spyOn(globalThis, 'matchMedia').mockReturnValue({ matches: true } as MediaQueryList)
    panel.button('Edit').click()
    await panel.settle()
    expect(panel.store.calls).toEqual([['withdraw', 'u']])
  })
})
