/** Messages between tabs of one origin. Nothing here is proof of anything: receivers check shape and subject (T22). */
import { isRecord } from './is-record.ts'
import type { PageSignals } from './page/page-signals.ts'
import type { KeyValueStorage } from './storage/storage.ts'

export type TabMessage = Readonly<Record<string, unknown>>

export interface TabChannel {
  /** A `secret` message is not sent where messages would have to be written to storage. */
  post(message: TabMessage, secret?: boolean): void
  close(): void
}

/**
 * Uses BroadcastChannel, or `storage` events in browsers without it. Closed while the page lies in the back/forward cache:
 * messages of that time are lost.
 */
export function openTabChannel(
  name: string,
  { page, openStorage }: { page: PageSignals; openStorage: (kind: 'local') => KeyValueStorage },
  listener: (message: TabMessage) => void,
): TabChannel {
  const receive = (value: unknown) => {
    if (isRecord(value)) listener(value)
  }
  const open = () => broadcast(name, receive) ?? throughStorage(name, openStorage('local'), receive)
  let channel: TabChannel | undefined = open()
  const close = () => {
    channel?.close()
    channel = undefined
  }
  const off = page.on((signal) => {
    // An open channel can keep the host's page out of the back/forward cache.
    if (signal === 'left') close()
    else if (signal === 'restored') channel ??= open()
  })
  return {
    post: (message, secret) => channel?.post(message, secret),
    close() {
      off()
      close()
    },
  }
}

function broadcast(name: string, receive: (value: unknown) => void): TabChannel | undefined {
  try {
    const channel = new BroadcastChannel(name)
    channel.onmessage = (event: MessageEvent<unknown>) => receive(event.data)
    return { post: (message) => channel.postMessage(message), close: () => channel.close() }
  } catch {
    return undefined
  }
}

function throughStorage(name: string, storage: KeyValueStorage, receive: (value: unknown) => void): TabChannel {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== name || !event.newValue) return
    try {
      receive(JSON.parse(event.newValue))
    } catch {
      // Foreign text under our key.
    }
  }
  globalThis.addEventListener?.('storage', onStorage)
  return {
    post(message, secret) {
      if (secret) return
      storage.set(name, JSON.stringify(message))
      storage.remove(name)
    },
    close: () => globalThis.removeEventListener?.('storage', onStorage),
  }
}
