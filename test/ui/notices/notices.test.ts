// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { allFeatures } from '../../../src/options/features.ts'
import { type Choice, noticesFor } from '../../../src/ui/notices/notice-choice.ts'
import { assistantMessage, userMessage } from '../../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, type PanelProps, ready, type TestPanel } from '../../support/test-panel.ts'

const SECRET = 'The code is 4711'
const SWITCH = 'Notify me of new answers'
let started = 0
let shown: { title: string; body: string | undefined; onclick?: () => void; close(): void }[] = []
let permission: NotificationPermission = 'default'
const requestPermission = vi.fn(async () => permission)

class FakeAudio {
  state = 'suspended'
  currentTime = 0
  destination = {}
  async resume() {
    this.state = 'running'
  }
  async close() {}
  createOscillator() {
    return { frequency: {}, connect: (node: unknown) => node, start: () => started++, stop() {} }
  }
  createGain() {
    const gain = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} }
    return { gain, connect: (node: unknown) => node }
  }
}

class FakeNotification {
  static get permission() {
    return permission
  }
  static requestPermission = requestPermission
  onclick?: () => void
  readonly body: string | undefined
  readonly title: string
  constructor(title: string, options: NotificationOptions) {
    this.title = title
    this.body = options.body
    shown.push(this)
  }
  close() {}
}

beforeEach(() => {
  started = 0
  shown = []
  permission = 'default'
  requestPermission.mockReset().mockImplementation(async () => permission)
  localStorage.clear()
  vi.stubGlobal('AudioContext', FakeAudio)
  vi.stubGlobal('Notification', FakeNotification)
})
afterEach(closeTestPanels)

/** The chat is closed unless `seen`. */
async function open(notify: PanelProps['notify'], seen = false) {
  const panel = await openTestPanel(ready, { notify })
  const frame = panel.find('.panel').parentElement as HTMLElement
  // The listeners look for the frame when the button has come: it is drawn anew inside one.
  panel.destroy()
  frame.className = 'frame'
  frame.inert = !seen
  panel.update(panel.props)
  await panel.settle()
  return panel
}

async function answer(panel: TestPanel) {
  const question = userMessage({ key: 'u' })
  panel.store.set({ messages: [question], turn: { phase: 'streaming', turnId: 't', slow: false } })
  const messages = [question, assistantMessage({ key: 'a', text: SECRET })]
  panel.store.set({ messages, turn: { phase: 'idle', turnId: undefined, slow: false } })
  await panel.settle()
}

const touch = (panel: TestPanel) => panel.find('.frame').dispatchEvent(new Event('pointerdown'))

async function openMenu(panel: TestPanel) {
  panel.button('More options').click()
  await panel.settle()
}

/** Leaves the menu open. */
async function pressSwitch(panel: TestPanel) {
  await openMenu(panel)
  panel.button(SWITCH).click()
  await panel.settle()
}

const isOn = (panel: TestPanel) => panel.button(SWITCH).getAttribute('aria-checked')

describe('an answer that is not seen', () => {
  it('is told by nothing, and there is no switch, unless the owner wants it', async () => {
    const panel = await open('off')
    touch(panel)
    await answer(panel)
    await openMenu(panel)
    expect([panel.queryButton(SWITCH), started, shown.length]).toEqual([undefined, 0, 0])
  })

  it('sounds once the visitor has pressed something, and not in a chat that they see', async () => {
    const unlocked = await open('sound')
    await answer(unlocked)
    expect(started).toBe(0)
    touch(unlocked)
    await unlocked.settle()
    await answer(unlocked)
    expect(started).toBe(2)
    const seen = await open('sound', true)
    touch(seen)
    await seen.settle()
    await answer(seen)
    expect(started).toBe(2)
  })

  it('is silent where there is no menu to mute it in, without the top of the chat', async () => {
    const panel = await open('sound')
    panel.update({ ...panel.props, features: allFeatures('-header') })
    await panel.settle()
    touch(panel)
    await answer(panel)
    expect(started).toBe(0)
  })

  it('is silent after it was switched off in the menu, also in the next visit', async () => {
    const panel = await open('sound')
    touch(panel)
    await answer(panel)
    started = 0
    await pressSwitch(panel)
    expect(isOn(panel)).toBe('false')
    await answer(panel)
    const next = await open('sound')
    touch(next)
    await answer(next)
    expect(started).toBe(0)
    await pressSwitch(next)
    expect(isOn(next)).toBe('true')
  })

  it('is a notification only after the visitor’s own press has led to a permission, and without the answer’s words', async () => {
    const panel = await open('desktop')
    await answer(panel)
    expect([requestPermission.mock.calls.length, shown.length]).toEqual([0, 0])
    requestPermission.mockImplementation(async () => {
      permission = 'granted'
      return permission
    })
    await pressSwitch(panel)
    await answer(panel)
    expect(shown.map(({ title, body }) => [title, body])).toEqual([['Harbour', 'New messages']])
    expect(JSON.stringify(shown)).not.toContain('4711')
  })

  it('a press on the notification opens the chat', async () => {
    permission = 'granted'
    const panel = await open('desktop')
    await answer(panel)
    await pressSwitch(panel)
    const chat = { open: vi.fn() }
    Object.assign(panel.host, { chat })
    await answer(panel)
    shown[0]?.onclick?.()
    expect(chat.open).toHaveBeenCalledTimes(1)
  })

  it('where the browser blocks notifications the switch says so', async () => {
    permission = 'denied'
    const panel = await open('desktop')
    await answer(panel)
    await openMenu(panel)
    expect(panel.button('Your browser blocks notifications from this site.').disabled).toBe(true)
  })
})

describe('the visitor’s choice', () => {
  it.each([
    ['sound', undefined, 'default', { sound: true, desktop: false, blocked: false }],
    ['sound', 'off', 'granted', { sound: false, desktop: false, blocked: false }],
    ['desktop', undefined, 'granted', { sound: false, desktop: false, blocked: false }],
    ['desktop', 'on', 'granted', { sound: false, desktop: true, blocked: false }],
    ['desktop', 'on', 'default', { sound: false, desktop: false, blocked: false }],
    ['desktop', 'on', 'denied', { sound: false, desktop: false, blocked: true }],
    ['both', undefined, 'granted', { sound: false, desktop: false, blocked: false }],
    ['both', 'on', 'granted', { sound: true, desktop: true, blocked: false }],
    ['both', 'on', 'denied', { sound: true, desktop: false, blocked: false }],
    ['off', 'on', 'granted', { sound: false, desktop: false, blocked: false }],
  ] as const)('%s, chosen %s, permission %s', (notify, choice: Choice, given, expected) => {
    expect(noticesFor(notify, choice, given)).toEqual(expected)
  })
})
