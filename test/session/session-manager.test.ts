import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { SESSION_ID_KEY } from '../../src/session/session-id.ts'
import { createSessionManager, type SessionManager } from '../../src/session/session-manager.ts'
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts'
import { createFakeOrigin, type FakeOrigin, type FakeTab } from '../support/fake-platform.ts'

describe('createSessionManager', () => {
  let clock: FakeClock
  let origin: FakeOrigin
  let tab: FakeTab
  let changes: string[]
  const open = (scope: 'tab' | 'device' = 'tab'): SessionManager =>
    createSessionManager({
      scope,
      agent: '73',
      platform: tab.platform,
      onChange: (reason) => changes.push(reason),
    })
  const { signal } = new AbortController()
  beforeEach(() => {
    clock = createFakeClock()
    origin = createFakeOrigin(clock)
    tab = origin.openTab()
    changes = []
  })

  it.each(['tab', 'device'] as const)('makes an id when it is needed, and keeps it for the %s', async (scope) => {
    const session = open(scope)
    const store = scope === 'tab' ? tab.session : origin.local
    expect([session.id, store.size]).toEqual([undefined, 0])
    const id = await session.resolveId(signal)
    expect(store.get(SESSION_ID_KEY)).toBe(id)
    expect(await open(scope).resolveId(signal)).toBe(id)
  })

  it('F19: a stored value that is no id is dropped silently', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200 }), async (value) => {
        tab = origin.openTab()
        tab.session.set(SESSION_ID_KEY, `!${value}`)
        const session = open()
        expect(await session.resolveId(signal)).toMatch(/^visitor-id-number-\d+$/)
        session.destroy()
      }),
      { numRuns: 500 },
    )
  })

  it('a host that empties the storage does not take the chat away from the tab', async () => {
    const session = open()
    const id = await session.resolveId(signal)
    tab.session.clear()
    expect(await session.resolveId(signal)).toBe(id)
    expect(tab.session.get(SESSION_ID_KEY)).toBe(id)
  })

  it.each<[string, Parameters<SessionManager['confirm']>[0], string]>([
    ['the same subject', { sentId: 'i', subject: 's_1', kind: 'anonymous' }, 'same'],
    ['another subject', { sentId: 'i', subject: 's_2', kind: 'anonymous' }, 'changed'],
    ['another kind', { sentId: 'i', subject: 's_1', kind: 'user' }, 'changed'],
    ['no subject any more', { sentId: 'i', kind: 'anonymous' }, 'changed'],
  ])('after a first subject, %s is "%s"', (_, answer, verdict) => {
    const session = open()
    expect(session.confirm({ sentId: 'i', subject: 's_1', kind: 'anonymous' })).toBe('first')
    const before = session.signal
    expect(session.confirm(answer)).toBe(verdict)
    const changed = verdict === 'changed'
    expect([before.aborted, session.epoch, changes]).toEqual([changed, changed ? 1 : 0, changed ? ['other-user'] : []])
  })

  it('without subjects of the server the id stands for the visitor', () => {
    const session = open()
    expect(session.confirm({ sentId: 'one', kind: 'anonymous' })).toBe('first')
    expect(session.confirm({ sentId: 'one', kind: 'anonymous' })).toBe('same')
    expect(session.confirm({ sentId: 'two', kind: 'anonymous' })).toBe('changed')
  })

  it('F15: a tab that was reloaded and has asked for nothing yet keeps its id from its copy', async () => {
    const id = 'o'.repeat(21)
    tab.session.set(SESSION_ID_KEY, id)
    const original = open()
    tab = origin.openTab({ copyOf: tab })
    const copied = open().resolveId(signal)
    await clock.advance(1_000)
    expect(await copied).not.toBe(id)
    expect(await original.resolveId(signal)).toBe(id)
  })

  it('an id that the server puts in place of ours is kept, and junk is not', async () => {
    const session = open()
    const id = await session.resolveId(signal)
    session.confirm({ sentId: id, subject: 's', kind: 'anonymous', sessionId: 'x' })
    expect(session.id).toBe(id)
    session.confirm({ sentId: id, subject: 's', kind: 'anonymous', sessionId: 'y'.repeat(40) })
    expect([session.id, await session.resolveId(signal)]).toEqual(['y'.repeat(40), 'y'.repeat(40)])
  })

  it('F21: the epoch has ended before anybody is told, and what was remembered is gone', async () => {
    const session = open()
    await session.resolveId(signal)
    session.confirm({ sentId: 'i', subject: 's_1', kind: 'user' })
    session.remember({ conversationId: '1' })
    const seen: unknown[] = []
    session.signal.addEventListener('abort', () =>
      seen.push(session.epoch, session.subject, session.id, session.recall()),
    )
    session.forget(true)
    expect(seen).toEqual([1, undefined, undefined, {}])
    expect([tab.session.size, origin.local.size]).toEqual([0, 0])
  })

  it('what opens his kept messages is remembered through every turn, and goes when he does', async () => {
    const session = open()
    await session.resolveId(signal)
    session.confirm({ sentId: 'i', subject: 's_1', kind: 'user' })
    session.remember({ conversationId: '1', seal: 'secret' })
    session.remember({ conversationId: '1', turnId: '2' })
    session.remember({ conversationId: '1' })
    expect(session.recall()).toEqual({ conversationId: '1', seal: 'secret' })
    session.forget(true)
    session.confirm({ sentId: 'i', subject: 's_1', kind: 'user' })
    session.remember({ conversationId: '1' })
    expect(session.recall()).toEqual({ conversationId: '1' })
  })

  it('F17: keeps no more than a few hundred bytes', () => {
    const session = open('device')
    session.confirm({ sentId: 'i', subject: 's'.repeat(128), kind: 'user', sessionId: 'v'.repeat(64) })
    session.remember({ conversationId: '9'.repeat(32) })
    expect(JSON.stringify([...origin.local]).length).toBeLessThan(4_096)
  })
})
