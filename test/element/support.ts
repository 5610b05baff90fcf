import { vi } from 'vitest'
import type { CozeChatElement } from '../../src/element/coze-chat-element.ts'
import { defineCozeChatElement, TAG } from '../../src/element/coze-chat-element.ts'
import type { ChatStand, LaterFiles, WidgetCore, WidgetModule } from '../../src/element/widget-contract.ts'
import { resolveOptions } from '../../src/options/resolve-options.ts'
import type { ChatWidgetOptions } from '../../src/options/widget-options.ts'

export const AGENT = { botId: '7300000000000000001', tokenUrl: '/api/coze/token' } as const satisfies ChatWidgetOptions

/** Stands in for `widget.js`: notes what the element asks of it. */
export interface FakeWidget {
  readonly module: WidgetModule
  /** One for each core that was made, oldest first. */
  readonly cores: { readonly host: ChatStand; readonly core: WidgetCore }[]
  readonly calls: string[]
}

export function createFakeWidget(): FakeWidget {
  const cores: { host: ChatStand; core: WidgetCore }[] = []
  const calls: string[] = []
  const note = (call: string) => void calls.push(call)
  return {
    cores,
    calls,
    module: {
      prepareOptions: (options) => resolveOptions(options, () => {}),
      createWidgetCore(host) {
        const core: WidgetCore = {
          warmUp: () => note('warmUp'),
          opened: () => note('opened'),
          closed: () => note('closed'),
          goBack: () => note('goBack'),
          send: async (text) => note(`send ${text}`),
          newConversation: async () => note('newConversation'),
          identify: async ({ userToken = '' } = {}) => note(`identify ${userToken}`),
          logout: async () => note('logout'),
          withdrawConsent: async () => note('withdrawConsent'),
          setOptions: ({ title = '' }) => note(`setOptions ${title}`),
          destroy: () => note('destroy'),
        }
        cores.push({ host, core })
        return core
      },
    },
  }
}

/** The element can be defined once per page, so each test puts its own loader here. */
const files: { [Name in keyof LaterFiles]: () => Promise<LaterFiles[Name]> } = {
  chat: () => Promise.reject(new Error('no widget in this test')),
  'launcher-extras': () => import('../../src/element/launcher/launcher-extras.ts'),
}

/** Lets the elements of this test load `load`; defines the element on first use. */
export function serveWidget(load: () => Promise<WidgetModule>): void {
  files.chat = load
  defineCozeChatElement((name) => files[name]())
}

export function serveLauncherExtras(load: () => Promise<LaterFiles['launcher-extras']>): void {
  files['launcher-extras'] = load
}

export function makeElement(options: ChatWidgetOptions = AGENT): CozeChatElement {
  const element = document.createElement(TAG) as CozeChatElement
  element.options = options
  return element
}

export function placeElement(options?: ChatWidgetOptions): CozeChatElement {
  const element = makeElement(options)
  document.body.append(element)
  return element
}

export function launcherOf(element: Element): HTMLButtonElement {
  const button = element.shadowRoot?.querySelector<HTMLButtonElement>('.launcher')
  if (!button) throw new Error('The element drew no launcher.')
  return button
}

/** Lets promises, microtasks and mutation observers run. */
export const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 5))

export function clearPage(): void {
  for (const element of document.querySelectorAll<CozeChatElement>(TAG)) element.chat.destroy()
  document.body.replaceChildren()
  document.documentElement.removeAttribute('lang')
}

/** What the owner reads in his console. */
export function watchConsole() {
  const quiet = () => {}
  return {
    errors: vi.spyOn(console, 'error').mockImplementation(quiet),
    warnings: vi.spyOn(console, 'warn').mockImplementation(quiet),
  }
}
