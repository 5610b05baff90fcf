// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CozeChatElement, TAG } from '../../src/element/coze-chat-element.ts'
import { createChatWidget } from '../../src/index.ts'
import {
  AGENT,
  clearPage,
  createFakeWidget,
  type FakeWidget,
  launcherOf,
  makeElement,
  placeElement,
  serveWidget,
  settle,
  watchConsole,
} from './support.ts'

let widget: FakeWidget
beforeEach(() => {
  widget = createFakeWidget()
  serveWidget(async () => widget.module)
})
afterEach(clearPage)

describe('options', () => {
  it('attributes in kebab case are the options; what concerns only the page is none', () => {
    document.body.innerHTML = `<coze-chat bot-id="1" token-url="/t" offset-x="7" inline="false" theme="dark"
      suggestions="One|Two" class="mine" id="chat" style="margin:0" data-test="x" aria-label="y" slot="s" part="p"></coze-chat>`
    const element = document.querySelector(TAG) as CozeChatElement
    expect(element.options).toEqual({
      botId: '1',
      tokenUrl: '/t',
      offsetX: 7,
      inline: false,
      theme: 'dark',
      suggestions: 'One|Two',
    })
    expect(element.dataset).toMatchObject({ mode: 'floating', side: 'right', launcher: 'on', scheme: 'dark' })
    expect(element.style.getPropertyValue('--_x')).toBe('7px')
  })

  it('an attribute that changes later is followed; our own marks on the element are not', async () => {
    const element = placeElement()
    await settle()
    const setOptions = vi.spyOn(element.chat, 'setOptions')
    element.setAttribute('position', 'bottom-left')
    await settle()
    expect(element.dataset['side']).toBe('left')
    expect(setOptions).toHaveBeenCalledTimes(1)
    element.chat.open()
    await settle()
    expect(setOptions).toHaveBeenCalledTimes(1)
  })

  it('functions and lists are given by property, over the attributes, and the object given stays the caller’s', () => {
    const getToken = () => 'czs_'
    const given = { getToken, title: 'B' }
    const element = makeElement(given)
    element.setAttribute('title', 'A')
    element.setAttribute('bot-id', '1')
    document.body.append(element)
    expect(element.options).toEqual({ botId: '1', getToken, title: 'B' })
    expect(given).toEqual({ getToken, title: 'B' })
  })

  it('setOptions() keeps what it does not name, and reaches the loaded widget', async () => {
    const { chat, dataset } = placeElement({ ...AGENT, theme: 'dark' })
    chat.open()
    await settle()
    chat.setOptions({ title: 'Help', position: 'bottom-left' })
    expect(dataset).toMatchObject({ scheme: 'dark', side: 'left' })
    expect(widget.calls).toEqual(['opened', 'setOptions Help'])
  })

  it('setOptions() before the element is on the page counts as well', async () => {
    const element = makeElement()
    element.chat.setOptions({ position: 'bottom-left' })
    document.body.append(element)
    expect(element.dataset['side']).toBe('left')
  })

  it('an option that changes while the chat prepares itself reaches it', async () => {
    const widget = createFakeWidget()
    let prepared = () => {}
    const preparing = new Promise<void>((resolve) => {
      prepared = resolve
    })
    const createWidgetCore = vi.fn(widget.module.createWidgetCore)
    serveWidget(async () => ({
      createWidgetCore,
      async prepareOptions(options) {
        await preparing
        return widget.module.prepareOptions(options)
      },
    }))
    const element = placeElement()
    element.chat.open()
    await settle()
    element.chat.setOptions({ title: 'Help' })
    prepared()
    await settle()
    expect(createWidgetCore.mock.calls.map(([, { title }]) => title)).toEqual(['Help'])
  })

  it('unknown options harm nobody', () => {
    const { warnings, errors } = watchConsole()
    const element = placeElement({ ...AGENT, ...({ colour: 'red' } as object) })
    expect(launcherOf(element).hidden).toBe(false)
    expect([errors.mock.calls, warnings.mock.calls]).toEqual([[], []])
  })

  it('without an agent nothing is drawn, the owner reads the cure, and the chat hears of it', async () => {
    const { errors } = watchConsole()
    const element = makeElement({ tokenUrl: '/t' })
    const heard = vi.fn()
    element.chat.on('error', heard)
    document.body.append(element)
    await settle()
    expect(element.shadowRoot?.childElementCount).toBe(0)
    expect(element.chat.state.status).toBe('failed')
    expect(errors.mock.calls).toEqual([[expect.stringMatching(/invalid_options: .*data-bot-id/), '']])
    expect(heard).toHaveBeenCalledWith({ code: 'invalid_options', retryable: false, cause: undefined })
  })
})

describe('options that come after the element is on the page', () => {
  it.each([
    ['by property', (element: CozeChatElement) => void (element.options = AGENT)],
    ['by setOptions()', ({ chat }: CozeChatElement) => chat.setOptions(AGENT)],
    [
      'one attribute after the other',
      async (element: CozeChatElement) => {
        element.setAttribute('bot-id', AGENT.botId)
        await settle()
        element.setAttribute('token-url', AGENT.tokenUrl)
        await settle()
      },
    ],
  ])('start the chat, %s: once, although an error was told before', async (_, complete) => {
    watchConsole()
    const element = document.createElement(TAG) as CozeChatElement
    const ready = vi.fn()
    element.chat.on('ready', ready)
    document.body.append(element)
    await settle()
    expect(element.chat.state.status).toBe('failed')
    await complete(element)
    expect(launcherOf(element).hidden).toBe(false)
    expect(element.chat.state.status).toBe('idle')
    element.chat.open()
    await settle()
    element.chat.setOptions({ ...AGENT, title: 'Help' })
    expect(ready).toHaveBeenCalledTimes(1)
    expect(widget.calls).toEqual(['opened', 'setOptions Help'])
  })

  it('and in the same breath leave no error, and a chat that is gone by then tells none', async () => {
    const { errors } = watchConsole()
    const element = placeElement({})
    element.options = { botId: AGENT.botId }
    element.options = AGENT
    placeElement({}).remove()
    await settle()
    expect(errors.mock.calls).toEqual([])
    expect(element.chat.state.status).toBe('idle')
  })

  it('but are not enough are told once more, and once for all changes of the same breath', async () => {
    const { errors } = watchConsole()
    const { chat } = placeElement({})
    await settle()
    chat.setOptions({ title: 'Help' })
    chat.setOptions({ botId: AGENT.botId })
    await settle()
    const told = errors.mock.calls.map(([text]) => /data-\w+-\w+/.exec(String(text))?.[0])
    expect(told).toEqual(['data-bot-id', 'data-token-url'])
  })

  it('a chatflow is drawn when both its ids are there, and serves under both', async () => {
    const { errors, warnings } = watchConsole()
    const flows = ['1', '2'].map(() => placeElement({ appId: '9', tokenUrl: '/t' }))
    await settle()
    expect(flows.map(({ chat }) => chat.state.status)).toEqual(['failed', 'failed'])
    expect(String(errors.mock.calls[0])).toContain('workflowId')
    for (const [index, { chat }] of flows.entries()) chat.setOptions({ workflowId: String(index) })
    expect(flows.map((element) => launcherOf(element).hidden)).toEqual([false, false])
    expect(warnings).not.toHaveBeenCalled()
  })

  it('start no chat that was destroyed', async () => {
    watchConsole()
    const { chat, shadowRoot } = placeElement({})
    chat.destroy()
    chat.setOptions(AGENT)
    await settle()
    expect(shadowRoot?.childElementCount).toBe(0)
    expect(chat.state.status).toBe('destroyed')
  })
})

describe('events', () => {
  it('reach listeners and, as coze-chat:<type>, whoever listens on the page', async () => {
    const chat = createChatWidget(AGENT)
    const heard: string[] = []
    const controller = new AbortController()
    for (const type of ['open', 'close', 'unread', 'message', 'session', 'token', 'destroy'] as const) {
      chat.on(type, (detail) => heard.push(`${type} ${JSON.stringify(detail)}`))
      document.addEventListener(
        `coze-chat:${type}`,
        (event) => heard.push(`dom ${type} ${JSON.stringify((event as CustomEvent).detail)}`),
        { signal: controller.signal },
      )
    }
    chat.open()
    await settle()
    const host = widget.cores[0]?.host
    host?.emit('session', { sessionId: 'i', subject: 's', kind: 'user' })
    host?.emit('token', { expiresInMs: 5, renewals: 0 })
    chat.close()
    host?.emit('message', { role: 'assistant', text: 'A' })
    chat.destroy()
    controller.abort()
    const both = (line: string) => [line, `dom ${line}`]
    expect(heard).toEqual([
      ...both('open {}'),
      ...both('session {"sessionId":"i","subject":"s","kind":"user"}'),
      ...both('token {"expiresInMs":5,"renewals":0}'),
      ...both('close {}'),
      ...both('message {"role":"assistant","text":"A"}'),
      ...both('unread {"count":1}'),
      ...both('destroy {}'),
    ])
  })

  it('styles that the widget brings are put into the shadow root once', async () => {
    const element = placeElement()
    element.chat.open()
    await settle()
    const sheets = () => element.shadowRoot?.adoptedStyleSheets.length ?? 0
    const before = sheets()
    widget.cores[0]?.host.addStyles('a{color:red}')
    widget.cores[0]?.host.addStyles('a{color:red}')
    expect(sheets()).toBe(before + 1)
  })

  it('ready also reaches those who come late, once, unless they have left by then', async () => {
    const element = makeElement()
    const early = vi.fn()
    element.chat.on('ready', early)
    document.body.append(element)
    const late = vi.fn()
    const gone = vi.fn()
    element.chat.on('ready', late)
    element.chat.on('ready', gone)()
    await settle()
    expect([early, late, gone].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0])
  })

  it('a listener that throws stops neither the chat nor the other listeners, and the page sees its error', () => {
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    const { chat } = placeElement()
    const fault = new Error('of the page')
    chat.on('open', () => {
      throw fault
    })
    const other = vi.fn()
    chat.on('open', other)
    chat.open()
    expect(other).toHaveBeenCalledTimes(1)
    expect(chat.state.open).toBe(true)
    expect(reported).toHaveBeenCalledWith(fault)
  })
})

describe('unread', () => {
  it('counts finished answers while closed, is written on the launcher, and ends with opening', async () => {
    const element = placeElement({ ...AGENT, lang: 'en' })
    const { chat } = element
    chat.open()
    await settle()
    chat.close()
    for (let i = 0; i < 100; i++) widget.cores[0]?.host.emit('message', { role: 'assistant', text: 'A' })
    expect(chat.state.unread).toBe(100)
    expect(launcherOf(element).getAttribute('aria-label')).toBe('Chat, 99+')
    expect(launcherOf(element).querySelector('[part=badge]')?.textContent).toBe('99+')
    chat.open()
    expect(chat.state.unread).toBe(0)
    expect(launcherOf(element).getAttribute('aria-label')).toBe('Chat')
    expect(launcherOf(element).querySelector('[part=badge]')).toBeNull()
  })
})

describe('the name of the launcher', () => {
  it.each([
    ['en', 'Chat'],
    ['zh-TW', '聊天'],
    ['JA', 'チャット'],
    ['ko_KR', '채팅'],
    ['ar-EG', 'الدردشة'],
    // A language of its own that only begins like Japanese.
    ['jam', 'Chat'],
  ])('of a page in %s is %s before anything was loaded, and stays: whether it is open is said apart', (lang, name) => {
    const element = placeElement({ ...AGENT, lang })
    const launcher = launcherOf(element)
    expect([launcher.getAttribute('aria-label'), launcher.getAttribute('aria-expanded')]).toEqual([name, 'false'])
    element.chat.open()
    expect([launcher.getAttribute('aria-label'), launcher.getAttribute('aria-expanded')]).toEqual([name, 'true'])
  })

  it('is whatever the owner says', async () => {
    watchConsole()
    serveWidget(() => Promise.reject(new TypeError('Failed to fetch')))
    const element = placeElement({
      ...AGENT,
      lang: 'de',
      strings: { 'launcher.name': 'Fragen?', 'launcher.failed': 'Noch einmal' },
    })
    expect(launcherOf(element).getAttribute('aria-label')).toBe('Fragen?')
    element.chat.open()
    await settle()
    expect(element.shadowRoot?.querySelector('.wait')?.textContent).toBe('Noch einmal')
  })
})

describe('intent', () => {
  it('nothing is loaded before the visitor reaches for the launcher; then once, with a token warmed up', async () => {
    const load = vi.fn(async () => widget.module)
    serveWidget(load)
    const element = placeElement()
    await settle()
    expect(load).not.toHaveBeenCalled()
    launcherOf(element).dispatchEvent(new Event('pointerenter'))
    launcherOf(element).dispatchEvent(new Event('focus'))
    await settle()
    expect(load).toHaveBeenCalledTimes(1)
    expect(widget.calls).toEqual(['warmUp'])
    launcherOf(element).click()
    expect(widget.calls).toEqual(['warmUp', 'opened'])
  })

  it('a file that does not come can be tried again, by the button in the panel', async () => {
    const { errors } = watchConsole()
    serveWidget(() => Promise.reject(new TypeError('Failed to fetch dynamically imported module')))
    const element = placeElement({ ...AGENT, lang: 'en' })
    element.chat.open()
    await settle()
    expect(element.chat.state.status).toBe('failed')
    expect(errors).toHaveBeenCalledTimes(1)
    serveWidget(async () => widget.module)
    const retry = element.shadowRoot?.querySelector<HTMLButtonElement>('.wait')
    expect(retry?.textContent).toBe('The chat did not load. Try again')
    retry?.click()
    await settle()
    expect(widget.calls).toEqual(['opened'])
  })
})

describe('F14: one chat for one agent on one page', () => {
  it('createChatWidget() twice answers the same chat and warns once', () => {
    const { warnings } = watchConsole()
    const first = createChatWidget(AGENT)
    expect(createChatWidget(AGENT)).toBe(first)
    expect(document.querySelectorAll(TAG)).toHaveLength(1)
    expect(warnings).toHaveBeenCalledTimes(1)
  })

  it('an element written beside it stays empty, with one warning', () => {
    const { warnings } = watchConsole()
    createChatWidget(AGENT)
    const second = placeElement()
    second.chat.setOptions({ title: 'Help' })
    expect(second.shadowRoot?.childElementCount).toBe(0)
    expect(warnings).toHaveBeenCalledTimes(1)
  })

  it.each(['open', 'toggle'] as const)('%s() of an element written beside it says that another one serves', (act) => {
    const { warnings } = watchConsole()
    const first = createChatWidget(AGENT)
    const second = placeElement()
    second.chat[act]()
    expect(warnings.mock.calls).toEqual(Array(2).fill([expect.stringContaining('already has a chat on the page')]))
    expect([first.state.open, second.chat.state.open]).toEqual([false, false])
    second.chat.destroy()
    second.chat[act]()
    expect(warnings).toHaveBeenCalledTimes(2)
  })

  it('an element written beside it that is given another agent is drawn, once', async () => {
    watchConsole()
    const first = placeElement()
    const second = placeElement()
    const ready = vi.fn()
    second.chat.on('ready', ready)
    second.chat.setOptions({ botId: '2' })
    expect(launcherOf(second).hidden).toBe(false)
    first.chat.destroy()
    const third = placeElement()
    expect(launcherOf(third).hidden).toBe(false)
    expect(ready).toHaveBeenCalledTimes(1)
  })

  it.each<[how: string, swap: (old: Element, next: Element) => void]>([
    ['replaced by it', (old, next) => old.replaceWith(next)],
    [
      'removed after it has come',
      (old, next) => {
        old.before(next)
        old.remove()
      },
    ],
  ])(
    'an element takes over from one that is %s, as when Turbo swaps the body or a framework changes a key',
    async (_how, swap) => {
      const { warnings } = watchConsole()
      const widget = createFakeWidget()
      serveWidget(async () => widget.module)
      const old = placeElement()
      const next = makeElement()
      swap(old, next)
      await settle()
      expect(warnings).toHaveBeenCalledTimes(1)
      expect(old.chat.state.status).toBe('destroyed')
      launcherOf(next).click()
      await settle()
      expect(next.chat.state).toMatchObject({ open: true, status: 'ready' })
      expect(widget.cores).toHaveLength(1)
    },
  )

  it('an element that waited and was destroyed does not take over', async () => {
    watchConsole()
    serveWidget(async () => createFakeWidget().module)
    const serving = placeElement()
    const waiting = placeElement()
    waiting.chat.destroy()
    serving.chat.destroy()
    await settle()
    expect(waiting.shadowRoot?.querySelector('.launcher')).toBeNull()
  })

  it('createChatWidget() right after the element of its agent was removed makes a new chat', async () => {
    const { warnings } = watchConsole()
    serveWidget(async () => createFakeWidget().module)
    const removed = placeElement()
    removed.remove()
    const chat = createChatWidget({ ...AGENT, target: document.body })
    await settle()
    expect(warnings).not.toHaveBeenCalled()
    expect(chat.state.status).toBe('idle')
    expect(removed.chat.state.status).toBe('destroyed')
  })

  it('two agents are two chats', () => {
    const { warnings } = watchConsole()
    const first = createChatWidget(AGENT)
    expect(createChatWidget({ ...AGENT, botId: '2' })).not.toBe(first)
    expect(document.querySelectorAll(TAG)).toHaveLength(2)
    expect(warnings).not.toHaveBeenCalled()
  })

  it('StrictMode: mounted, unmounted and mounted again is one chat that works', async () => {
    const { warnings } = watchConsole()
    const first = createChatWidget(AGENT)
    first.destroy()
    const second = createChatWidget(AGENT)
    await settle()
    expect(document.querySelectorAll(TAG)).toHaveLength(1)
    second.open()
    await settle()
    expect(widget.calls).toEqual(['opened'])
    expect(warnings).not.toHaveBeenCalled()
  })

  it('StrictMode: one element taken out and put back in the same breath keeps its chat', async () => {
    const element = placeElement()
    element.chat.open()
    await settle()
    element.remove()
    document.body.append(element)
    await settle()
    expect(element.chat.state).toMatchObject({ open: true, status: 'ready' })
    expect(widget.calls).toEqual(['opened'])
  })

  it('an element taken out in one turn and put back in a later one starts anew', async () => {
    const element = placeElement()
    element.chat.open()
    await settle()
    element.remove()
    await settle()
    document.body.append(element)
    expect(element.chat.state).toMatchObject({ open: false, status: 'idle' })
    element.chat.open()
    await settle()
    expect(widget.calls).toEqual(['opened', 'destroy', 'opened'])
  })

  it('an element that comes and goes has no more style sheets each time', async () => {
    const element = placeElement()
    const sheets = () => element.shadowRoot?.adoptedStyleSheets.length
    const before = sheets()
    element.remove()
    await settle()
    document.body.append(element)
    expect(before).toBeGreaterThan(0)
    expect(sheets()).toBe(before)
  })
})

describe('a listener that acts at once', () => {
  it.each(['close', 'destroy'] as const)(
    '%s() in a listener of open leaves the chat closed, and loads nothing',
    async (act) => {
      const load = vi.fn(async () => widget.module)
      serveWidget(load)
      const { chat } = placeElement()
      chat.on('open', () => chat[act]())
      chat.open()
      await settle()
      expect(chat.state.open).toBe(false)
      expect(load).not.toHaveBeenCalled()
    },
  )
})

describe('places', () => {
  it('an element moved in the page keeps its chat', async () => {
    const element = placeElement()
    element.chat.open()
    await settle()
    const aside = document.createElement('aside')
    document.body.append(aside)
    aside.append(element)
    await settle()
    expect(element.chat.state).toMatchObject({ open: true, status: 'ready' })
    expect(widget.calls).toEqual(['opened'])
  })

  it('a page that empties its body does not take our own element with it, but may take one of its own', async () => {
    const chat = createChatWidget({ ...AGENT, ui: 'official' })
    const theirs = placeElement({ ...AGENT, botId: '2' })
    document.body.replaceChildren()
    await settle()
    expect(document.querySelectorAll(TAG)).toHaveLength(1)
    expect(chat.state.status).toBe('idle')
    expect(theirs.chat.state.status).toBe('destroyed')
  })

  it('a page that is without a body for a moment keeps the chat', async () => {
    const { body } = document
    const chat = createChatWidget({ ...AGENT, ui: 'official' })
    body.remove()
    await settle()
    document.documentElement.append(document.createElement('body'))
    expect(document.querySelectorAll(TAG)).toHaveLength(1)
    expect(chat.state.status).toBe('idle')
    document.body.replaceWith(body)
  })

  it('a document that is written anew ends the chat, and the next tag makes a new one', async () => {
    const { documentElement } = document
    const chat = createChatWidget({ ...AGENT, ui: 'light' })
    documentElement.remove()
    await settle()
    expect(chat.state.status).toBe('destroyed')
    document.append(documentElement)
    expect(createChatWidget(AGENT).state.status).toBe('idle')
  })

  it('a copy of the element, as a snapshot of the page holds it, begins closed', async () => {
    const element = placeElement()
    element.setAttribute('bot-id', AGENT.botId)
    element.setAttribute('token-url', AGENT.tokenUrl)
    element.chat.open()
    await settle()
    const copy = element.cloneNode() as typeof element
    expect(copy.hasAttribute('data-open')).toBe(true)
    element.replaceWith(copy)
    await settle()
    expect(copy.chat.state).toMatchObject({ open: false, status: 'idle' })
    expect(copy.hasAttribute('data-open')).toBe(false)
  })

  it('a copy of an element that a script has made has no options, and goes', async () => {
    const { errors } = watchConsole()
    const chat = createChatWidget({ ...AGENT, ui: 'official' })
    document.body.append(document.querySelector(TAG)?.cloneNode() ?? '')
    await settle()
    expect(document.querySelectorAll(TAG)).toHaveLength(1)
    expect(errors).not.toHaveBeenCalled()
    expect(widget.calls).toEqual([])
    expect(chat.state.status).toBe('idle')
  })

  it('mounts into the target, by selector or element', () => {
    const target = document.createElement('main')
    document.body.append(target)
    createChatWidget({ ...AGENT, target: 'main' })
    createChatWidget({ ...AGENT, botId: '2', target })
    expect(target.querySelectorAll(TAG)).toHaveLength(2)
  })
})

describe('F13: destroy()', () => {
  const remains = () => ({
    elements: document.querySelectorAll(TAG).length,
    cores: widget.cores.length - widget.calls.filter((call) => call === 'destroy').length,
  })

  it.each([
    ['before anything happened', async () => {}],
    ['right after open(), while the file is on its way', async (chat) => chat.open()],
    [
      'in the middle of send()',
      async (chat) => {
        chat.send('Q').catch(() => {})
      },
    ],
    [
      'open and loaded',
      async (chat) => {
        chat.open()
        await settle()
      },
    ],
    [
      'after a failed load',
      async (chat) => {
        serveWidget(() => Promise.reject(new Error('gone')))
        chat.open()
        await settle()
      },
    ],
  ] as const satisfies readonly (readonly [string, (chat: ReturnType<typeof createChatWidget>) => Promise<void>])[])(
    '%s leaves nothing and says nothing to the console',
    async (_when, until) => {
      const { errors } = watchConsole()
      let come: (module: FakeWidget['module']) => void = () => {}
      const slow = new Promise<FakeWidget['module']>((resolve) => {
        come = resolve
      })
      serveWidget(() => (_when.includes('way') || _when.includes('send') ? slow : Promise.resolve(widget.module)))
      const chat = createChatWidget(AGENT)
      await until(chat)
      errors.mockClear()
      const ended = vi.fn()
      chat.on('destroy', ended)
      chat.destroy()
      chat.destroy()
      come(widget.module)
      await settle()
      expect(remains()).toEqual({ elements: 0, cores: 0 })
      expect(chat.state).toEqual({
        open: false,
        unread: 0,
        status: 'destroyed',
        session: undefined,
        token: undefined,
      })
      expect(ended).toHaveBeenCalledTimes(1)
      expect(errors).not.toHaveBeenCalled()
    },
  )

  it('a destroyed chat stays destroyed whatever is asked of it', async () => {
    const chat = createChatWidget(AGENT)
    chat.destroy()
    chat.open()
    chat.toggle()
    chat.setOptions({ title: 'x' })
    await expect(chat.send('Q')).rejects.toMatchObject({ code: 'aborted' })
    await settle()
    expect(chat.state.status).toBe('destroyed')
    expect(remains()).toEqual({ elements: 0, cores: 0 })
  })

  it('100 rounds leave no listener on the page', async () => {
    const added = new Set<unknown>()
    for (const target of [window, document]) {
      const { addEventListener, removeEventListener } = target
      vi.spyOn(target, 'addEventListener').mockImplementation((...args: unknown[]) => {
        added.add(args[1])
        return Reflect.apply(addEventListener, target, args)
      })
      vi.spyOn(target, 'removeEventListener').mockImplementation((...args: unknown[]) => {
        added.delete(args[1])
        return Reflect.apply(removeEventListener, target, args)
      })
    }
    for (let round = 0; round < 100; round++) {
      const chat = createChatWidget(AGENT)
      chat.open()
      chat.destroy()
    }
    await settle()
    expect(added.size).toBe(0)
    expect(document.querySelectorAll(TAG)).toHaveLength(0)
  })
})
