import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/visitor/memory/memory-store.ts'
import { SESSION_ID_KEY as KEY } from '../../src/visitor/session-id.ts'
import { createSessionStore, type SessionStore } from '../../src/visitor/session-store.ts'
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts'
import { createFakeOrigin, type FakeOrigin, type FakeTab } from '../support/fake-platform.ts'
import fc from '../support/fast-check.ts'

describe('createSessionStore', () => {
  let clock: FakeClock
  let origin: FakeOrigin
  let tab: FakeTab
  const open = (scope: 'tab' | 'device' = 'tab'): SessionStore => createSessionStore({ scope, platform: tab.platform })
  const { signal } = new AbortController()
  beforeEach(() => {
    clock = createFakeClock()
    origin = createFakeOrigin(clock)
    tab = origin.openTab()
  })

  it.each(['tab', 'device'] as const)('makes an id when it is needed, and keeps it for the %s', async (scope) => {
    const session = open(scope)
    const store = scope === 'tab' ? tab.session : origin.local
    expect([session.id, store.size]).toEqual([undefined, 0])
    const id = await session.resolveId(undefined, signal)
    expect(store.get(KEY)).toBe(id)
    expect(await open(scope).resolveId(undefined, signal)).toBe(id)
  })

  it('an id made just now is sent at once, however long the browser takes for a lock, and is claimed all the same', async () => {
    const asked: string[] = []
    const request = (name: string) => {
      asked.push(name)
      return new Promise<never>(() => {})
    }
    const platform = { ...tab.platform, locks: { request } as unknown as LockManager }
    const session = createSessionStore({ scope: 'tab', platform })
    const id = await session.resolveId(undefined, signal)
    expect(await session.resolveId(undefined, signal)).toBe(id)
    expect(id).toMatch(/^visitor-id-number-\d+$/)
    expect(asked).toEqual([expect.stringMatching(/^coze-chat-tab:/)])
  })

  it('F19: a stored value that is no id is dropped silently', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200 }), async (value) => {
        tab = origin.openTab()
        tab.session.set(KEY, `!${value}`)
        const session = open()
        expect(await session.resolveId(undefined, signal)).toMatch(/^visitor-id-number-\d+$/)
        session.releaseClaim()
      }),
      { numRuns: 500 },
    )
  })

  it('a host that empties the storage does not take the chat away from the tab', async () => {
    const session = open()
    const id = await session.resolveId(undefined, signal)
    tab.session.clear()
    expect(await session.resolveId(undefined, signal)).toBe(id)
    expect(tab.session.get(KEY)).toBe(id)
  })

  it('F15: a tab that was reloaded and has asked for nothing yet keeps its id from its copy', async () => {
    const id = 'o'.repeat(21)
    tab.session.set(KEY, id)
    const original = open()
    tab = origin.openTab({ copyOf: tab })
    const copied = open().resolveId(undefined, signal)
    await clock.advance(3_000)
    expect(await copied).not.toBe(id)
    expect(await original.resolveId(undefined, signal)).toBe(id)
  })

  it('F15: a user has their id in as many tabs as they like', async () => {
    tab.session.set(KEY, 'o'.repeat(21))
    open()
    tab = origin.openTab({ copyOf: tab })
    expect(await open().resolveId('user', signal)).toBe('o'.repeat(21))
  })

  it.each<[string, 'own' | 'taken']>([
    ['nobody', 'own'],
    ['its copy', 'taken'],
  ])(
    'F15: back from the back/forward cache, it learns that %s has taken the id over meanwhile',
    async (who, verdict) => {
      const session = open()
      await session.resolveId(undefined, signal)
      session.releaseClaim()
      await clock.advance(0)
      const original = tab
      if (who === 'its copy') {
        tab = origin.openTab({ copyOf: original })
        await open().resolveId(undefined, signal)
      }
      const claimed = session.claimAgain()
      await clock.advance(3_000)
      expect(await claimed).toBe(verdict)
    },
  )

  it('an id that the server puts in place of ours is kept', async () => {
    const session = open()
    await session.resolveId(undefined, signal)
    session.keepId('y'.repeat(40))
    expect([session.id, await session.resolveId(undefined, signal)]).toEqual(['y'.repeat(40), 'y'.repeat(40)])
    session.dropId()
    expect([session.id, tab.session.size]).toEqual([undefined, 0])
  })

  it('F17: keeps no more than a few hundred bytes', () => {
    open('device').keepId('v'.repeat(64))
    const memory = createMemoryStore({ scope: 'device', agent: '73', platform: tab.platform })
    memory.remember({ subject: 's'.repeat(128), kind: 'user' }, { conversationId: '9'.repeat(32) })
    expect(JSON.stringify([...origin.local]).length).toBeLessThan(4_096)
  })
})
