/** What a chat that is gone has left in the page: nothing, whenever it went. */
import type { Page } from '@playwright/test'
import { expect, test, watchTrouble } from './guest-fixture.ts'
import { BOT_ID } from './guest-page.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

interface Ledger {
  timers: Set<number>
  frames: Set<number>
  listeners: Map<string, number>
  channels: Set<BroadcastChannel>
  observers: Set<object>
  /** Called with each request's number, counted from 0, as it leaves. */
  onFetch?: ((number: number) => void) | undefined
}

/** Keeps a ledger of everything that outlives a call. Before any other script. */
function keepLedger(): void {
  const ledger: Ledger = {
    timers: new Set(),
    frames: new Set(),
    listeners: new Map(),
    channels: new Set(),
    observers: new Set(),
  }
  Object.assign(window, { ledger })
  const { setTimeout: later, clearTimeout: forget, setInterval: often, clearInterval: stop } = window
  window.setTimeout = ((work: () => void, ms?: number, ...rest: unknown[]) => {
    const id = later(
      () => {
        ledger.timers.delete(id)
        work()
      },
      ms,
      ...rest,
    )
    ledger.timers.add(id)
    return id
  }) as typeof setTimeout
  window.setInterval = ((work: () => void, ms?: number, ...rest: unknown[]) => {
    const id = often(work, ms, ...rest)
    ledger.timers.add(id)
    return id
  }) as typeof setInterval
  window.clearTimeout = window.clearInterval = ((id: number) => {
    ledger.timers.delete(id)
    forget(id)
    stop(id)
  }) as typeof clearTimeout
  const { requestAnimationFrame: frame, cancelAnimationFrame: noFrame } = window
  window.requestAnimationFrame = (work) => {
    const id = frame((at) => {
      ledger.frames.delete(id)
      work(at)
    })
    ledger.frames.add(id)
    return id
  }
  window.cancelAnimationFrame = (id) => {
    ledger.frames.delete(id)
    noFrame(id)
  }

  /** Of those that outlive the chat: what hangs on its own nodes goes with them. */
  const lasting = (target: EventTarget) =>
    target === window ||
    target === document ||
    target === document.documentElement ||
    target === document.body ||
    target === window.visualViewport ||
    target instanceof MediaQueryList
  const known = new WeakMap<EventTarget, Set<string>>()
  const numbers = new WeakMap<object, number>()
  let last = 0
  const numberOf = (listener: object) => {
    if (!numbers.has(listener)) numbers.set(listener, ++last)
    return numbers.get(listener)
  }
  const count = (type: string, by: number) => ledger.listeners.set(type, (ledger.listeners.get(type) ?? 0) + by)
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype
  const nameOf = (type: string, listener: object, options: unknown) =>
    `${type} ${numberOf(listener)} ${typeof options === 'boolean' ? options : ((options as AddEventListenerOptions)?.capture ?? false)}`
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const target = this ?? window
    add.call(target, type, listener, options)
    if (!listener || !lasting(target)) return
    const own = known.get(target) ?? new Set()
    known.set(target, own)
    const name = nameOf(type, listener, options)
    if (own.has(name)) return
    own.add(name)
    count(type, 1)
    const gone = () => {
      if (own.delete(name)) count(type, -1)
    }
    if (typeof options === 'object' && options.once) add.call(target, type, gone, { once: true })
    if (typeof options === 'object' && options.signal) add.call(options.signal, 'abort', gone)
  }
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    const target = this ?? window
    remove.call(target, type, listener, options)
    if (listener && known.get(target)?.delete(nameOf(type, listener, options))) count(type, -1)
  }

  const Channel = window.BroadcastChannel
  window.BroadcastChannel = class extends Channel {
    constructor(name: string) {
      super(name)
      ledger.channels.add(this)
    }
    override close() {
      ledger.channels.delete(this)
      super.close()
    }
  }
  for (const name of ['MutationObserver', 'ResizeObserver', 'IntersectionObserver'] as const) {
    const { observe, disconnect } = window[name].prototype as MutationObserver
    Object.assign(window[name].prototype, {
      observe(this: MutationObserver, ...args: Parameters<typeof observe>) {
        ledger.observers.add(this)
        observe.apply(this, args)
      },
      disconnect(this: MutationObserver) {
        ledger.observers.delete(this)
        disconnect.call(this)
      },
    })
  }
  const { fetch: ask } = window
  let requests = 0
  window.fetch = (...args) => {
    const answer = ask(...args)
    ledger.onFetch?.(requests++)
    return answer
  }
}

/** What is there now, beside what was there before. */
async function left(page: Page) {
  return page.evaluate(async () => {
    const { ledger } = window as unknown as { ledger: Ledger }
    const { held = [], pending = [] } = await navigator.locks.query()
    return {
      timers: ledger.timers.size,
      frames: ledger.frames.size,
      listeners: [...ledger.listeners].filter(([, count]) => count !== 0),
      channels: ledger.channels.size,
      observers: ledger.observers.size,
      locks: [...held, ...pending].map(({ name }) => name),
      nodes: document.querySelectorAll('*').length,
      styles: document.adoptedStyleSheets.length + document.styleSheets.length,
      global: Object.keys(window).length,
    }
  })
}

/** Each step of a start: the moment a request leaves, or a time after the first call. */
const STEPS = [
  // Token, agent, question.
  ...[0, 1, 2].map((number) => ({ fetch: number })),
  ...[0, 1, 5, 20, 60, 150, 400].map((ms) => ({ ms })),
]

test('F13: destroyed at each step of its start, a chat leaves no timer, listener, node, channel, observer or lock, and throws nothing', async ({
  page,
  api,
  visitGuest,
}) => {
  test.setTimeout(180_000)
  const trouble = watchTrouble(page)
  await page.addInitScript(keepLedger)
  await visitGuest({ tag: null })
  const start = (step: { fetch?: number; ms?: number }) =>
    page.evaluate(
      async ([{ fetch, ms }, options]) => {
        const { ledger } = window as unknown as { ledger: Ledger }
        const address = '/dist/index.js'
        const { createChatWidget } = (await import(address)) as typeof import('../../src/index.ts')
        let first = Number.NaN
        let hit = false
        const chat = createChatWidget(options)
        ledger.onFetch = (number) => {
          if (Number.isNaN(first)) first = number
          if (fetch === undefined || number - first !== fetch) return
          hit = true
          chat.destroy()
        }
        chat.open()
        void chat.send('Hello').catch(() => {})
        await new Promise((resolve) => setTimeout(resolve, ms ?? 3_000))
        ledger.onFetch = undefined
        chat.destroy()
        await new Promise((resolve) => setTimeout(resolve, 700))
        return hit || fetch === undefined
      },
      [step, { botId: BOT_ID, tokenUrl: '/api/coze/token', apiBase: api.url, ui: 'light' as const }] as const,
    )
  // What the module itself keeps (the element's definition) comes with the first.
  await start({ ms: 3_000 })
  const before = await left(page)
  expect({ ...before, nodes: 0, styles: 0, global: 0 }).toEqual({
    timers: 0,
    frames: 0,
    listeners: [],
    channels: 0,
    observers: 0,
    locks: [],
    nodes: 0,
    styles: 0,
    global: 0,
  })
  for (const step of STEPS) {
    expect(await start(step), JSON.stringify(step)).toBe(true)
    expect(await left(page), JSON.stringify(step)).toEqual(before)
  }
  for (let round = 0; round < 20; round++) await start({ ms: 30 })
  expect(await left(page)).toEqual(before)
  expect(trouble).toEqual([])
})
