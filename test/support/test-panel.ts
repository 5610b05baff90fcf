import { h, render } from 'preact'
import { vi } from 'vitest'
import type { ChatState } from '../../src/chat/chat-state.ts'
import { allFeatures } from '../../src/options/features.ts'
import { adoptStyles } from '../../src/platform/page/adopt-styles.ts'
import { Panel } from '../../src/ui/panel/panel.tsx'
import type { PanelContext } from '../../src/ui/panel-context.ts'
import type { Parts } from '../../src/ui/parts.ts'
import { PartsContext } from '../../src/ui/use-part.ts'
import { loadStrings, panelParts } from '../../src/widget/load.ts'
import { createFakeChatStore, type FakeChatStore } from './fake-chat-store.ts'

export interface PanelProps extends PanelContext {
  readonly parts: Parts
  /** Another number is another panel, as after a change of visitor. */
  readonly visit?: number
}

export interface TestPanel {
  /** Takes the place of all props given before. */
  update(props: PanelProps): void
  /** Puts the caret into the composer. */
  focus(): void
  destroy(): void
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

const opened: { destroy(): void }[] = []

/** So that no test has to wait for a part to be loaded. */
async function loadParts(): Promise<void> {
  await Promise.all(Object.values(panelParts).map((part) => part.load()))
}

/** A panel in an open shadow root on a fake clock; call inside a test file that runs in happy-dom. */
export async function openTestPanel(
  state: Partial<ChatState> = ready,
  props: Partial<PanelProps> = {},
): Promise<TestPanel> {
  await loadParts()
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
    parts: panelParts,
    lang: 'en',
    dir: 'ltr',
    layout: 'floating',
    features: allFeatures(),
    steps: 'names',
    notify: 'off',
    apiBase: 'https://api.coze.cn',
    addStyles: (css) => adoptStyles(root, css, undefined),
    onClose: vi.fn(),
    ...props,
  }
  const update = ({ parts, visit, ...panel }: PanelProps) =>
    render(h(PartsContext.Provider, { value: parts, children: h(Panel, { key: visit, panel }) }), container)
  const panel = {
    update,
    focus: () => container.querySelector('textarea')?.focus({ preventScroll: true }),
    destroy: () => render(null, container),
  }
  update(full)
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
