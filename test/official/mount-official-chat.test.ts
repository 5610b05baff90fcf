// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  createOfficialChat,
  mountOfficialChat,
  type OfficialChatEvent,
  type OfficialChatSetup,
  type OfficialVisitor,
} from '../../src/official/index.ts'
import type { ReplicaOptions } from '../../src/simulator/chat-sdk/replica-options.ts'
import { createWorld, openPage, SDK_URL, serveScripts, settle, xhrOver } from './support.ts'

afterEach(() => vi.unstubAllGlobals())

const OPTIONS = { botId: '73', sdkUrl: SDK_URL, lang: 'en' }
let address = 0

/** Mounts with an address of its own: a page loads each address once. */
function prepare(lifeMs?: number, overrides: Partial<OfficialChatSetup> = {}) {
  const world = createWorld(lifeMs)
  const page = openPage(world)
  const native = {
    fetch: globalThis.fetch,
    send: XMLHttpRequest.prototype.send,
    alert: globalThis.alert,
    log: console.log,
  }
  const events: OfficialChatEvent[] = []
  const scripts = serveScripts(['replica'])
  const setup: OfficialChatSetup = {
    container: page.container,
    options: { ...OPTIONS, sdkUrl: `${SDK_URL}?${address++}`, ...overrides.options },
    visitor: overrides.visitor ?? world.visitor,
    onEvent: (event) => events.push(event),
    clock: world.clock,
  }
  return { world, page, native, events, scripts, setup }
}

async function open(lifeMs?: number, overrides?: Partial<OfficialChatSetup>) {
  const prepared = prepare(lifeMs, overrides)
  const chat = await mountOfficialChat(prepared.setup)
  chat.show()
  await settle()
  return { ...prepared, chat }
}

function clients(): { options: ReplicaOptions }[] {
  const sdk = window as unknown as { CozeWebSDK: { WebChatClient: { clients: { options: ReplicaOptions }[] } } }
  return sdk.CozeWebSDK.WebChatClient.clients
}

describe('chatting', () => {
  it('F113: twelve token lives pass without a lost message, a mark, an alert or a second client', async () => {
    const { world, page, chat, events } = await open(60_000)
    const panel = document.querySelector('.coze-replica')
    const asked: string[] = []
    for (let turn = 0; turn < 26; turn++) {
      await world.clock.advance(29_000)
      asked.push(`question ${turn}`)
      await page.ask(`question ${turn}`)
    }
    expect(world.clock.monotonic()).toBeGreaterThan(12 * 60_000)
    expect(world.questions).toEqual(asked)
    expect(page.log).toEqual(asked.flatMap((text) => [text, `re: ${text}`]))
    expect({ marks: page.marks, alerts: page.alert.mock.calls.length, events }).toEqual({
      marks: 0,
      alerts: 0,
      events: [],
    })
    expect(world.requests.filter(({ status }) => status !== 200)).toEqual([])
    expect(document.querySelector('.coze-replica')).toBe(panel)
    expect(world.minted.length).toBeGreaterThanOrEqual(13)
    chat.destroy()
  })

  it.each([401, 200])('F45: a token revoked in its life (HTTP %i) costs no message either', async (authStatus) => {
    const { world, page, chat } = await open()
    world.knobs.authStatus = authStatus
    world.revoked.add('czs_canary_1')
    await page.ask('hello')
    expect({ log: page.log, marks: page.marks }).toEqual({ log: ['hello', 're: hello'], marks: 0 })
    expect(world.requests.slice(-2).map(({ token, status }) => [token, status])).toEqual([
      ['czs_canary_1', authStatus],
      ['czs_canary_2', 200],
    ])
    chat.destroy()
  })

  it('F35: a renewal that yields the same token ends the matter', async () => {
    const { world, page, chat } = await open()
    world.visitor.getToken = async () => ({ text: 'czs_canary_1' })
    world.revoked.add('czs_canary_1')
    const before = world.requests.length
    await page.ask('hello')
    expect(world.requests.length - before).toBe(1)
    expect(page.marks).toBe(1)
    chat.destroy()
  })

  it('an app is driven as well, with its token up front', async () => {
    const { world, page, chat } = await open(60_000, { options: { botId: undefined, appId: '71', workflowId: '72' } })
    await world.clock.advance(61_000)
    await page.ask('flow')
    expect(page.log).toEqual(['flow', 're: flow'])
    chat.destroy()
  })
})

describe('hiding', () => {
  it('F113: keeps the draft and the client, and asks Coze for nothing when it is shown again', async () => {
    const { world, page, chat } = await open()
    await page.ask('hello')
    const input = document.querySelector<HTMLTextAreaElement>('.coze-replica textarea')
    if (input) input.value = 'half a thou'
    const asked = world.requests.length
    chat.hide()
    await settle()
    chat.show()
    await settle()
    expect(document.querySelector('.coze-replica textarea')).toBe(input)
    expect(input?.value).toBe('half a thou')
    expect(world.requests.length).toBe(asked)
    chat.destroy()
  })

  it('F113: the owner’s hooks are told of each showing and hiding, and may forbid the close button', async () => {
    const told: string[] = []
    let mayClose = false
    const chatBot = {
      onShow: () => told.push('show'),
      onHide: () => told.push('hide'),
      onBeforeHide: async () => mayClose,
    }
    const { events, chat } = await open(60_000, { options: { sdkOptions: { ui: { chatBot } } } })
    const close = () => document.querySelector<HTMLButtonElement>('.coze-replica-close')?.click()
    close()
    await settle()
    expect({ told, events }).toEqual({ told: ['show'], events: [] })
    mayClose = true
    close()
    await settle()
    chat.show()
    chat.hide()
    await settle()
    expect({ told, events }).toEqual({ told: ['show', 'hide', 'show', 'hide'], events: [{ type: 'close' }] })
    chat.destroy()
  })

  it('F113: a version that hides without asking is built again when it is shown', async () => {
    const { setup, events } = prepare()
    let shown = 0
    let hide: () => unknown = () => {}
    serveScripts([
      () => {
        Object.assign(window, {
          CozeWebSDK: {
            WebChatClient: class {
              constructor(options: ReplicaOptions) {
                const onHide = options.ui?.chatBot?.['onHide']
                hide = () => typeof onHide === 'function' && onHide()
              }
              showChatBot() {
                shown++
              }
              hideChatBot() {}
              destroy() {}
            },
          },
        })
      },
    ])
    const chat = await mountOfficialChat(setup)
    chat.show()
    hide()
    chat.show()
    chat.hide()
    chat.show()
    expect({ shown, events }).toEqual({ shown: 2, events: [{ type: 'close' }] })
    chat.destroy()
  })
})

describe('a start that fails', () => {
  const failing = (world: ReturnType<typeof createWorld>, status: number, body = '{"code":5000}') =>
    vi.stubGlobal(
      'XMLHttpRequest',
      xhrOver(async () => new Response(body, { status, headers: { 'content-type': 'application/json' } })),
    ) && world

  it.each([
    [500, '{"code":5000}', 'upstream_error'],
    [200, '{"code":4015}', 'not_published'],
    [404, 'no json', 'conversation_not_found'],
  ])('F113: is told once, three seconds after the last request (HTTP %i %s)', async (status, body, code) => {
    const { world, setup, events } = prepare()
    failing(world, status, body)
    const chat = await mountOfficialChat(setup)
    chat.show()
    await settle()
    await world.clock.advance(2_999)
    expect(events).toEqual([])
    await world.clock.advance(1)
    expect(events).toMatchObject([{ type: 'start-failed', error: { code } }])
    await world.clock.advance(60_000)
    expect(events).toHaveLength(1)
    chat.destroy()
    expect(world.clock.pending).toBe(0)
  })

  it('F113: its own button starts it anew and never reaches the SDK, which would reload the page', async () => {
    const { world, setup, events, page } = prepare()
    failing(world, 500)
    const reload = vi.spyOn(window.location, 'reload').mockImplementation(() => {})
    const chat = await mountOfficialChat(setup)
    chat.show()
    await settle()
    const retry = () => document.querySelector<HTMLButtonElement>('.coze-replica-problem button')?.click()
    retry()
    await settle()
    expect(events).toMatchObject([{ type: 'start-failed' }])
    vi.stubGlobal('XMLHttpRequest', xhrOver(world.coze))
    chat.recreate()
    await settle()
    await page.ask('hello')
    expect(page.log).toEqual(['hello', 're: hello'])
    expect(reload).not.toHaveBeenCalled()
    chat.destroy()
  })

  it('F113: a start that hangs is told after 30 s', async () => {
    const { world, setup, events } = prepare()
    vi.stubGlobal(
      'XMLHttpRequest',
      xhrOver(() => new Promise(() => {})),
    )
    const chat = await mountOfficialChat(setup)
    chat.show()
    await settle()
    await world.clock.advance(29_999)
    expect(events).toEqual([])
    await world.clock.advance(1)
    expect(events).toMatchObject([{ type: 'start-failed', error: { code: 'timeout' } }])
    chat.destroy()
  })

  it('F113: a request that fails later, in a chat that has started, is no failed start', async () => {
    const { world, events, page, chat } = await open()
    world.visitor.getToken = async () => ({ text: 'czs_canary_1' })
    world.revoked.add('czs_canary_1')
    await page.ask('hello')
    await world.clock.advance(60_000)
    expect(events).toEqual([])
    chat.destroy()
  })
})

describe('what the SDK is given', () => {
  it('is an object of our own with every flag set, and never the site’s', async () => {
    const sdkOptions = Object.freeze({
      userInfo: Object.freeze({ nickname: 'Zoë', id: 'not mine to choose' }),
      ui: Object.freeze({ chatBot: Object.freeze({ isNeedQuote: true }) }),
      auth: Object.freeze({ type: 'unauth' }),
      config: Object.freeze({ isIframe: true }),
    })
    const { chat } = await open(60_000, { options: { sdkOptions, title: 'Help', disclaimer: 'AI made' } })
    const [client] = clients()
    expect(client?.options).toMatchObject({
      config: { type: 'bot', bot_id: '73', isIframe: false },
      auth: { type: 'token' },
      userInfo: { id: 's_visitor', nickname: 'Zoë', url: '' },
      ui: {
        base: { lang: 'en' },
        asstBtn: { isNeed: false },
        header: { isShow: true, isNeedClose: true },
        footer: { isShow: true, expressionText: 'AI made' },
        conversations: { isNeed: false },
        chatBot: {
          title: 'Help',
          uploadable: true,
          isNeedAudio: true,
          isNeedFunctionCallMessage: false,
          isNeedQuote: true,
          isNeedClearContext: true,
          isNeedClearMessage: false,
          isNeedAddNewConversation: true,
          isNeedConversationAdd: false,
        },
      },
    })
    expect(document.querySelector('.coze-replica-ball, .coze-replica-floating')).toBeNull()
    chat.destroy()
  })

  it('F54: a polluting key of the site’s goes nowhere', async () => {
    const sdkOptions = JSON.parse(
      '{"__proto__":{"polluted":true},"ui":{"__proto__":{"polluted":true},"footer":{"__proto__":{"polluted":true}}}}',
    ) as Record<string, unknown>
    const { chat } = await open(60_000, { options: { sdkOptions } })
    expect(({} as { polluted?: true }).polluted).toBeUndefined()
    const ui = clients()[0]?.options.ui
    for (const part of [ui, ui?.['footer'] as object]) expect(part).not.toHaveProperty('polluted')
    chat.destroy()
  })

  it('F37: the refresh callback never rejects, never answers empty, and waits 15 s at most', async () => {
    const { world, chat } = await open()
    const refresh = clients()[0]?.options.auth?.onRefreshToken as (old?: string) => Promise<string>
    world.visitor.getToken = async () => Promise.reject(new Error('offline'))
    await expect(refresh('czs_canary_1')).resolves.toBe('czs_canary_1')
    world.visitor.getToken = async () => ({ text: '' })
    await expect(refresh('czs_canary_1')).resolves.toBe('czs_canary_1')
    world.visitor.getToken = () => {
      throw new Error('at once')
    }
    await expect(refresh('')).resolves.toBe('czs_canary_1')
    world.visitor.getToken = () => new Promise(() => {})
    let answer: string | undefined
    void refresh('czs_canary_1').then((text) => {
      answer = text
    })
    await world.clock.advance(14_999)
    expect(answer).toBeUndefined()
    await world.clock.advance(1)
    expect(answer).toBe('czs_canary_1')
    chat.destroy()
  })

  it('F37: a token that is already newer answers at once, without a renewal', async () => {
    const { world, chat } = await open()
    world.mint()
    const refresh = clients()[0]?.options.auth?.onRefreshToken as (old?: string) => Promise<string>
    await expect(refresh('czs_canary_1')).resolves.toBe('czs_canary_2')
    expect(world.minted).toHaveLength(2)
    chat.destroy()
  })

  it('F37: nothing is constructed before there is a token', async () => {
    const visitor: OfficialVisitor = { subject: 's', getToken: async () => Promise.reject(new Error('no')) }
    const { setup, scripts, page } = prepare(60_000, { visitor })
    await expect(mountOfficialChat(setup)).rejects.toMatchObject({ name: 'CozeChatError' })
    expect(scripts.every((script) => !script.isConnected)).toBe(true)
    expect(page.container.childElementCount).toBe(0)
  })

  it('a personal token is refused before it is handed over', async () => {
    const { setup } = prepare(60_000, { visitor: { subject: 's', getToken: async () => ({ text: 'pat_abc' }) } })
    await expect(mountOfficialChat(setup)).rejects.toMatchObject({ code: 'insecure_token' })
  })
})

describe('what the page notices', () => {
  it('F38: no token and no options object reach console, DOM or storage', async () => {
    const { world, page, chat } = await open()
    await world.clock.advance(61_000)
    await page.ask('hello')
    chat.recreate()
    await settle()
    expect(page.printed.filter((line) => /canary|onRefreshToken|isNeedQuote/.test(line))).toEqual([])
    expect(document.documentElement.outerHTML).not.toContain('canary')
    expect(JSON.stringify([{ ...localStorage }, { ...sessionStorage }])).not.toContain('canary')
    chat.destroy()
  })

  it('F38: the object with which the SDK starts, and which it prints, holds no token', async () => {
    const { setup } = prepare()
    const tokens: string[] = []
    class WebChatClient {
      constructor({ auth }: { auth: { token: string } }) {
        tokens.push(auth.token)
      }
      showChatBot() {}
      hideChatBot() {}
      destroy() {}
    }
    Object.assign(window, { CozeWebSDK: { WebChatClient } })
    const chat = await mountOfficialChat(setup)
    chat.show()
    chat.recreate()
    expect(tokens).toEqual(['', ''])
    chat.destroy()
  })

  it('the page’s own console calls and alerts arrive as they are', async () => {
    const { page, chat } = await open()
    const line = { own: 'object', deep: { list: [1, 2, 3] } }
    console.log('mine', line)
    alert('mine, too')
    expect(page.printed).toContain(`mine ${JSON.stringify(line)}`)
    expect(page.alert).toHaveBeenCalledExactlyOnceWith('mine, too')
    chat.destroy()
  })

  it('an alert from inside a call into the SDK becomes an error event', async () => {
    const { setup, page, events } = prepare()
    serveScripts([
      () => {
        Object.assign(window, {
          CozeWebSDK: {
            WebChatClient: class {
              showChatBot() {
                alert('boo')
              }
              hideChatBot() {}
              destroy() {}
            },
          },
        })
      },
    ])
    const chat = await mountOfficialChat(setup)
    chat.show()
    expect(page.alert).not.toHaveBeenCalled()
    expect(events).toMatchObject([{ type: 'error', error: { code: 'sdk_unusable' } }])
    chat.destroy()
  })

  it('chat-sdk-error is heard from the page itself only', async () => {
    const { events, chat } = await open()
    const data = { type: 'chat-sdk-error', data: { code: 401 } }
    window.dispatchEvent(new MessageEvent('message', { data, source: null }))
    window.dispatchEvent(new MessageEvent('message', { data: null, source: window }))
    expect(events).toEqual([])
    window.dispatchEvent(new MessageEvent('message', { data, source: window }))
    expect(events).toMatchObject([{ type: 'error', error: { code: 'unauthorized' } }])
    chat.destroy()
  })

  it('the SDK’s close button closes our panel and says so once', async () => {
    const { events, page, chat } = await open()
    document.querySelector<HTMLButtonElement>('.coze-replica-close')?.click()
    await settle()
    expect(events).toEqual([{ type: 'close' }])
    expect((page.container.firstElementChild as HTMLElement).style.display).toBe('none')
    chat.show()
    await settle()
    expect((page.container.firstElementChild as HTMLElement).style.display).toBe('')
    chat.hide()
    await settle()
    expect(events).toHaveLength(1)
    chat.destroy()
  })
})

describe('a version whose requests cannot be reached', () => {
  async function openUnreachable() {
    const prepared = prepare()
    const { world } = prepared
    // A frozen fetch and a frozen XMLHttpRequest: what a page with locked built-ins has.
    Object.defineProperty(globalThis, 'fetch', { value: world.coze, configurable: true, writable: false })
    Object.freeze(XMLHttpRequest.prototype)
    const chat = await mountOfficialChat(prepared.setup)
    chat.show()
    await settle()
    return { ...prepared, chat }
  }

  it('is made anew after a renewal while hidden and idle', async () => {
    const { world, page, chat } = await openUnreachable()
    const first = document.querySelector('.coze-replica')
    expect(first).not.toBeNull()
    chat.hide()
    await world.clock.advance(61_000)
    world.mint()
    expect(document.querySelector('.coze-replica')).not.toBe(first)
    chat.show()
    await settle()
    await page.ask('hello')
    expect({ log: page.log, marks: page.marks }).toEqual({ log: ['hello', 're: hello'], marks: 0 })
    chat.destroy()
  })

  it('is left alone while it is shown, and while an answer may be outstanding', async () => {
    const { world, page, chat } = await openUnreachable()
    const first = document.querySelector('.coze-replica')
    await world.clock.advance(61_000)
    world.mint()
    expect(document.querySelector('.coze-replica')).toBe(first)
    await page.ask('hello')
    chat.hide()
    world.mint()
    expect(document.querySelector('.coze-replica')).toBe(first)
    chat.destroy()
  })
})

describe('the end', () => {
  it('F13: destroy leaves the page as it was: nodes, styles, storage, timers, methods', async () => {
    const { world, page, native, chat } = await open()
    await page.ask('hello')
    chat.destroy()
    chat.destroy()
    await settle()
    expect(page.container.childElementCount).toBe(0)
    expect(document.head.childElementCount).toBe(0)
    // The field with which the SDK measures is known by the script on the stack, which only a browser has (browser/official).
    const left = [...document.body.children].filter((node) => !node.matches('textarea[aria-hidden]'))
    expect(left).toEqual([page.container])
    expect(Object.keys(localStorage)).toEqual([])
    expect(clients()).toEqual([])
    expect(world.clock.pending).toBe(0)
    expect(world.renewedListeners.size).toBe(0)
    expect(globalThis.fetch).toBe(native.fetch)
    expect(XMLHttpRequest.prototype.send).toBe(native.send)
    expect(globalThis.alert).toBe(native.alert)
    expect(console.log).toBe(native.log)
  })

  it('F13: destroyed while the visitor’s token is renewed, it leaves no timer and takes no token', async () => {
    const { world, chat } = await open()
    const { getToken } = world.visitor
    let renew = (_: { text: string }) => {}
    world.visitor.getToken = () => new Promise((resolve) => (renew = resolve))
    const refresh = clients()[0]?.options.auth?.onRefreshToken as (old?: string) => Promise<string>
    const asked = refresh('refused')
    await settle()
    expect(world.clock.pending).toBeGreaterThan(0)
    chat.destroy()
    await settle()
    expect(world.clock.pending).toBe(0)
    renew({ text: 'czs_late' })
    expect(await asked).not.toBe('czs_late')
    world.visitor.getToken = getToken
  })

  it('F13: stopping the start after any number of steps leaves nothing and rejects with aborted', async () => {
    for (let steps = 0; steps < 24; steps++) {
      const { world, page, native, setup } = prepare()
      const stop = new AbortController()
      const mounting = mountOfficialChat({ ...setup, signal: stop.signal })
      const outcome = mounting.then(
        (chat) => chat.destroy(),
        (error: unknown) => expect(error).toMatchObject({ code: 'aborted' }),
      )
      for (let step = 0; step < steps; step++) await (step % 2 === 1 ? new Promise(setImmediate) : Promise.resolve())
      stop.abort()
      await outcome
      await settle()
      expect(page.container.childElementCount).toBe(0)
      expect(document.head.childElementCount).toBe(0)
      expect(world.clock.pending).toBe(0)
      expect(globalThis.fetch).toBe(native.fetch)
      expect(console.log).toBe(native.log)
    }
  })

  it('F24: nothing of A is left for B, who gets the styles back', async () => {
    const { world, page, setup, chat } = await open()
    await page.ask('A said canary-text')
    const input = document.querySelector<HTMLTextAreaElement>('.coze-replica textarea')
    if (input) input.value = 'A drafts canary-text'
    input?.dispatchEvent(new Event('input', { bubbles: true }))
    expect(JSON.stringify({ ...localStorage })).toContain('canary-text')
    chat.destroy()
    expect(document.documentElement.outerHTML + JSON.stringify({ ...localStorage })).not.toContain('canary-text')

    const next = await mountOfficialChat({ ...setup, visitor: { ...world.visitor, subject: 's_b' } })
    next.show()
    await settle()
    expect(clients().map(({ options }) => options.userInfo?.id)).toEqual(['s_b'])
    expect(document.querySelector<HTMLTextAreaElement>('.coze-replica textarea')?.value).toBe('')
    expect(document.head.querySelectorAll('style')).toHaveLength(1)
    next.destroy()
  })

  it('F23, T20: an answer under way ends, and no request leaves with the token afterwards', async () => {
    const prepared = prepare()
    const { world, page } = prepared
    let stopped = false
    vi.stubGlobal('fetch', (_input: string, init?: RequestInit) => {
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => {
          stopped = true
          reject(new DOMException('aborted', 'AbortError'))
        })
      })
    })
    const chat = await mountOfficialChat(prepared.setup)
    chat.show()
    await settle()
    await page.ask('hello')
    const before = world.requests.length
    chat.destroy()
    await settle()
    expect(stopped).toBe(true)
    expect(world.requests.length).toBe(before)
  })

  it('F14: two mounts on one page load the script once and stay apart', async () => {
    const { setup, scripts, world, page, native } = prepare()
    const other = document.createElement('div')
    document.body.append(other)
    const [one, two] = await Promise.all([mountOfficialChat(setup), mountOfficialChat({ ...setup, container: other })])
    expect(scripts).toHaveLength(1)
    one.show()
    two.show()
    await settle()
    one.destroy()
    await world.clock.advance(61_000)
    await page.ask('still here')
    expect(page.log).toEqual(['still here', 're: still here'])
    expect(document.head.querySelectorAll('style')).toHaveLength(1)
    two.destroy()
    expect(document.head.childElementCount).toBe(0)
    expect(globalThis.fetch).toBe(native.fetch)
  })
})

describe('createOfficialChat', () => {
  const build = (setup: OfficialChatSetup) =>
    createOfficialChat({
      container: setup.container,
      visitor: setup.visitor,
      onEvent: setup.onEvent,
      clock: setup.clock,
      ...setup.options,
    })

  it('shows as soon as it is ready what was asked for before', async () => {
    const { setup } = prepare()
    const chat = build(setup)
    chat.show()
    await chat.ready
    await settle()
    expect(document.querySelector('.coze-replica')).not.toBeNull()
    chat.destroy()
  })

  it('F13: destroyed at once it says nothing and leaves nothing', async () => {
    const { setup, events, page } = prepare()
    const chat = build(setup)
    chat.destroy()
    await expect(chat.ready).rejects.toMatchObject({ code: 'aborted' })
    expect(events).toEqual([])
    expect(page.container.childElementCount).toBe(0)
  })

  it('names the missing option', () => {
    const { setup } = prepare()
    expect(() => build({ ...setup, options: {} })).toThrow(/botId/)
    expect(() => createOfficialChat({ ...OPTIONS, container: setup.container } as never)).toThrow(/visitor/)
  })
})
