/** A browser for tests: one origin, its tabs, and ways to make happen whatever can happen to them. */
import { browserPlatform, type Platform } from '../../src/platform/browser.ts'
import type { Clock } from '../../src/platform/clock.ts'
import type { PageSignal } from '../../src/platform/page/page-signals.ts'
import type { KeyValueStorage } from '../../src/platform/storage/storage.ts'
import type { TabMessage } from '../../src/platform/tab-channel.ts'
import type { Locks } from '../../src/platform/waiting/shared-lock.ts'

export interface FakePage {
  hidden: boolean
  secure: boolean
  readonly listeners: number
  signal(...signals: PageSignal[]): void
  /** Pretends to be prerendered until called. */
  prerender(): () => void
}

export interface FakeTab {
  readonly platform: Platform
  readonly page: FakePage
  readonly session: Map<string, string>
  /** Channels of this tab that are open. */
  readonly channels: number
}

export interface FakeOrigin {
  readonly local: Map<string, string>
  /** Every message that went from tab to tab. */
  readonly messages: { channel: string; message: TabMessage }[]
  readonly locks: FakeLocks | undefined
  openTab(options?: { copyOf?: FakeTab; fetch?: Platform['fetch'] }): FakeTab
  /** Says something on a channel, as any script of the origin can. */
  say(channel: string, message: TabMessage): void
}

export interface FakeLocks extends Locks {
  readonly held: readonly string[]
  /** Takes a lock and never gives it back, as a frozen tab does. */
  freeze(name: string): void
}

export function memoryStorage(map: Map<string, string>, persistent = true): KeyValueStorage {
  return {
    persistent,
    get: (key) => map.get(key),
    set: (key, value) => void map.set(key, value),
    remove: (key) => void map.delete(key),
    removeAll(prefix) {
      for (const key of [...map.keys()]) if (key.startsWith(prefix)) map.delete(key)
    },
  }
}

export function createFakeLocks(): FakeLocks {
  const queues = new Map<string, (() => void)[]>()
  const next = (name: string) => {
    const queue = queues.get(name) ?? []
    queue.shift()
    if (queue.length === 0) queues.delete(name)
    else queue[0]?.()
  }
  const request = (name: string, options: LockOptions, callback: (lock: Lock | null) => unknown) =>
    new Promise<unknown>((resolve, reject) => {
      if (options.signal?.aborted) return reject(options.signal.reason)
      const queue = queues.get(name) ?? []
      queues.set(name, queue)
      const grant = () => {
        options.signal?.removeEventListener('abort', giveUp)
        Promise.resolve()
          .then(() => callback({ name, mode: 'exclusive' }))
          .then(resolve, reject)
          .finally(() => next(name))
      }
      const giveUp = () => {
        queue.splice(queue.indexOf(grant), 1)
        if (queue.length === 0) queues.delete(name)
        reject(options.signal?.reason)
      }
      options.signal?.addEventListener('abort', giveUp, { once: true })
      queue.push(grant)
      if (queue.length === 1) grant()
    })
  return {
    request: request as unknown as Locks['request'],
    get held() {
      return [...queues.keys()]
    },
    freeze: (name) => void request(name, {}, () => new Promise(() => {})),
  }
}

export function createFakeOrigin(clock: Clock, options: { locks?: boolean; random?: () => number } = {}): FakeOrigin {
  const local = new Map<string, string>()
  const messages: FakeOrigin['messages'] = []
  const locks = options.locks === false ? undefined : createFakeLocks()
  const bus = new Map<string, Set<(message: TabMessage) => void>>()
  const deliver = (channel: string, message: TabMessage, except?: (message: TabMessage) => void) => {
    for (const listener of [...(bus.get(channel) ?? [])]) {
      if (listener !== except) void Promise.resolve().then(() => bus.get(channel)?.has(listener) && listener(message))
    }
  }
  let ids = 0
  return {
    local,
    messages,
    locks,
    say: deliver,
    openTab({ copyOf, fetch = () => Promise.reject(new TypeError('no network in this test')) } = {}) {
      const session = new Map(copyOf?.session)
      const singletons = new Map<string, unknown>()
      const listeners = new Set<(signal: PageSignal) => void>()
      let channels = 0
      let activation: Promise<void> = Promise.resolve()
      const page: FakePage = {
        hidden: false,
        secure: true,
        get listeners() {
          return listeners.size
        },
        signal(...signals) {
          for (const signal of signals) for (const listener of [...listeners]) listener(signal)
        },
        prerender() {
          let activate = () => {}
          activation = new Promise((resolve) => {
            activate = resolve
          })
          return () => activate()
        },
      }
      const platform: Platform = {
        ...browserPlatform,
        clock,
        locks,
        fetch,
        randomFraction: options.random ?? (() => 0.5),
        randomId: () => `visitor-id-number-${String(++ids).padStart(3, '0')}`,
        pageSingleton<T>(name: string, create: () => T): T {
          if (!singletons.has(name)) singletons.set(name, create())
          return singletons.get(name) as T
        },
        openStorage: (kind) => memoryStorage(kind === 'local' ? local : session),
        openChannel(name, listener) {
          const own = bus.get(name) ?? new Set()
          bus.set(name, own.add(listener))
          channels++
          let open = true
          return {
            post(message) {
              messages.push({ channel: name, message })
              deliver(name, structuredClone(message) as TabMessage, listener)
            },
            close() {
              if (open) channels--
              open = false
              own.delete(listener)
            },
          }
        },
        page: {
          get hidden() {
            return page.hidden
          },
          get secure() {
            return page.secure
          },
          on(listener) {
            listeners.add(listener)
            return () => listeners.delete(listener)
          },
          activated: () => activation,
        },
      }
      return {
        platform,
        page,
        session,
        get channels() {
          return channels
        },
      }
    },
  }
}
