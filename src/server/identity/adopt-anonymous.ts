import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import { callHook } from '../operations/call-hook.ts'
import type { EventSink } from '../operations/events.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { AuthenticatedVisitor } from './authenticated-visitor.ts'

const MAX_REMEMBERED = 10_000
/** Longer than the hook may take. */
const LOCK_MS = 5_000

/**
 * Tells the site that an anonymous visitor has signed in, with session name and subject before and after. The service
 * itself merges nothing. A visitor is adopted once, by the first user who signs in with their ticket. A throw, or a wait of more
 * than 3 s, is reported as the event `hook_failed`; the next request of the same user calls again.
 */
export type AdoptAnonymous = (
  previous: { sessionName: string; subject: string },
  next: { sessionName: string; subject: string },
) => void | Promise<void>

/** Calls the site's hook once for each anonymous visitor. */
export type AdoptOnce = (previous: AuthenticatedVisitor, next: AuthenticatedVisitor) => Promise<void>

/** Who has adopted a visitor, and whether the site has taken note of it. */
interface Adoption {
  readonly by: string
  readonly done: boolean
}

/** @param options.keptMs how long adoptions are remembered: as long as a ticket lives, because it could be shown again until then */
export function createAdoptOnce(
  adoptAnonymous: AdoptAnonymous,
  options: { store: TokenStore; keptMs: number; clock: Clock; events: EventSink },
): AdoptOnce {
  const { store, keptMs } = options
  const remembered = new LRUCache<string, Adoption>({ max: MAX_REMEMBERED })

  async function write(key: string, adoption: Adoption): Promise<void> {
    remembered.set(key, adoption)
    await store.set(key, adoption, { ttlMs: keptMs })
  }

  async function adopt(key: string, previous: AuthenticatedVisitor, next: AuthenticatedVisitor): Promise<void> {
    const by = next.subject
    // Written before the hook is called: one that hangs or fails may have done its work all the same.
    await write(key, { by, done: false })
    const isDone = await callHook('adoptAnonymous', options, () =>
      adoptAnonymous(publicPart(previous), publicPart(next)),
    ).then(
      () => true,
      () => false,
    )
    if (isDone) await write(key, { by, done: true })
  }

  const adopting = new Set<string>()
  return async (previous, next) => {
    const key = `adopted:${previous.sessionName}`
    const { by, done } = remembered.get(key) ?? (await readAdoption(store, key)) ?? { by: next.subject, done: false }
    if (done || by !== next.subject || adopting.has(key)) return
    adopting.add(key)
    try {
      const release = await store.acquire?.(key, LOCK_MS)
      // Another process is at it.
      if (store.acquire !== undefined && release === undefined) return
      await adopt(key, previous, next)
      await release?.()
    } finally {
      adopting.delete(key)
    }
  }
}

async function readAdoption(store: TokenStore, key: string): Promise<Adoption | undefined> {
  const { by, done } = ((await store.get(key)) ?? {}) as { by?: unknown; done?: unknown }
  return typeof by === 'string' ? { by, done: done === true } : undefined
}

function publicPart({ sessionName, subject }: AuthenticatedVisitor) {
  return { sessionName, subject }
}
