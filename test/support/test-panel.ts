import { vi } from 'vitest'
import type { ChatState } from '../../src/chat/chat-state.ts'
import { adoptStyles } from '../../src/platform/adopt-styles.ts'
import { type MountedPanel, mountPanel, type PanelProps } from '../../src/ui/mount.tsx'
import { loadStrings } from '../../src/ui/strings.ts'
import { createFakeChatStore, type FakeChatStore } from './fake-chat-store.ts'

export interface TestPanel extends MountedPanel {
  readonly store: FakeChatStore
  readonly host: HTMLElement
  readonly root: ShadowRoot
  readonly props: PanelProps
  /** Lets frames, timers and effects run. */
  settle(): Promise<void>
  /** The one element that the selector finds; fails when there is none. */
  find<Kind extends HTMLElement = HTMLElement>(selector: string): Kind
  /** A button by its name. */
  button(name: string): HTMLButtonElement
  queryButton(name: string): HTMLButtonElement | undefined
  type(text: string): void
  press(key: string, init?: KeyboardEventInit & { keyCode?: number }, target?: HTMLElement): KeyboardEvent
}

export const ready: Partial<ChatState> = {
  phase: 'ready',
  conversationId: 'c1',
  agent: {
    id: 'a1',
    name: 'Harbour',
    description: '',
    iconUrl: undefined,
    greeting: 'Hello there',
    suggestions: ['Where is my order?', 'How do I return it?'],
    shortcuts: [],
    voice: false,
  },
}

const opened: MountedPanel[] = []

/** So that what is lazy in a browser needs no more than a few turns of the event loop here. */
async function loadChunks(): Promise<void> {
  await Promise.all([
    import('../../src/ui/answer-tools.tsx'),
    import('../../src/ui/asides.tsx'),
    import('../../src/ui/attachments.tsx'),
    import('../../src/ui/composer-tools.tsx'),
    import('../../src/ui/conversation-drawer.tsx'),
    import('../../src/ui/languages/en-more.ts'),
    import('../../src/ui/markdown-text.tsx'),
    import('../../src/ui/problem-notice.tsx'),
    import('../../src/ui/question-tools.tsx'),
    import('../../src/ui/reading.tsx'),
  ])
}

/** A panel in an open shadow root on a fake clock; call inside a test file that runs in happy-dom. */
export async function openTestPanel(
  state: Partial<ChatState> = ready,
  props: Partial<PanelProps> = {},
): Promise<TestPanel> {
  await loadChunks()
  if (!vi.isFakeTimers()) vi.useFakeTimers()
  const store = createFakeChatStore(state)
  const host = document.createElement('div')
  document.body.append(host)
  const root = host.attachShadow({ mode: 'open' })
  const container = document.createElement('div')
  root.append(container)
  const full: PanelProps = {
    store,
    strings: await loadStrings('en'),
    lang: 'en',
    dir: 'ltr',
    layout: 'floating',
    apiBase: 'https://api.coze.cn',
    addStyles: (css) => adoptStyles(root, css, undefined),
    onClose: vi.fn(),
    ...props,
  }
  const panel = mountPanel(container, full)
  opened.push(panel)
  const settle = async () => {
    await vi.advanceTimersByTimeAsync(150)
  }
  const find = <Kind extends HTMLElement>(selector: string): Kind => {
    const element = root.querySelector<Kind>(selector)
    if (!element) throw new Error(`Nothing matches ${selector}`)
    return element
  }
  const nameOf = (button: Element) => button.getAttribute('aria-label') ?? button.textContent?.trim()
  const queryButton = (name: string) =>
    [...root.querySelectorAll('button')].find((button) => nameOf(button) === name) ?? undefined
  await settle()
  return {
    ...panel,
    store,
    host,
    root,
    props: full,
    settle,
    find,
    queryButton,
    button(name) {
      const button = queryButton(name)
      if (!button) throw new Error(`No button is called ${name}`)
      return button
    },
    type(text) {
      const input = find<HTMLTextAreaElement>('textarea')
      input.value = text
      input.dispatchEvent(new Event('input', { bubbles: true }))
    },
    press(key, init = {}, target = find('textarea')) {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, composed: true, ...init })
      if (init.keyCode !== undefined) Object.defineProperty(event, 'keyCode', { value: init.keyCode })
      target.dispatchEvent(event)
      return event
    },
  }
}

/** After each test: what is open ends, what Preact still has to do is done, and time is real again. */
export async function closeTestPanels(): Promise<void> {
  if (!vi.isFakeTimers()) vi.useFakeTimers()
  for (const panel of opened.splice(0)) panel.destroy()
  await vi.advanceTimersByTimeAsync(1000)
  vi.useRealTimers()
  document.body.replaceChildren()
}
