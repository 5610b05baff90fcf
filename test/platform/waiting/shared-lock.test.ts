import { beforeEach, describe, expect, it } from 'vitest'
import { CozeChatError } from '../../../src/errors.ts'
import { acquireLock, runExclusively } from '../../../src/platform/waiting/shared-lock.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { createFakeLocks, type FakeLocks } from '../../support/fake-platform.ts'

describe('runExclusively', () => {
  let clock: FakeClock
  let locks: FakeLocks
  let life: AbortController
  beforeEach(() => {
    clock = createFakeClock()
    locks = createFakeLocks()
    life = new AbortController()
  })
  const run = (work: () => Promise<string>, isSuperfluous = () => false) =>
    runExclusively({ locks, name: 'name', clock, signal: life.signal, isSuperfluous, work })

  it('F25: whoever waits for a tab stops waiting when its work has reached them', async () => {
    const order: string[] = []
    let offered = false
    const first = run(async () => {
      order.push('first')
      return 'a'
    })
    const second = run(
      async () => {
        order.push('second')
        return 'b'
      },
      () => offered,
    )
    expect(await first).toBe('a')
    await clock.advance(240)
    offered = true
    await clock.advance(10)
    expect(await second).toBeUndefined()
    expect([order, locks.held, clock.pending]).toEqual([['first'], [], 0])
  })

  it('F26: after two seconds behind a frozen tab it goes alone, without stealing', async () => {
    locks.freeze('name')
    let done = false
    const running = run(async () => {
      done = true
      return 'alone'
    })
    await clock.advance(1_999)
    expect(done).toBe(false)
    await clock.advance(1)
    expect(await running).toBe('alone')
    expect([locks.held, clock.pending]).toEqual([['name'], 0])
  })

  it('F16, F51: works without locks, and where asking for one throws or says nothing', async () => {
    const refusing = { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) }
    const throwing = {
      request() {
        throw new DOMException('denied', 'SecurityError')
      },
    }
    // What a page has put in their place may return anything.
    const replaced = { request: () => undefined as never }
    const alone = { name: 'name', clock, signal: life.signal, isSuperfluous: () => false, work: async () => 'alone' }
    for (const broken of [undefined, refusing, throwing, replaced]) {
      expect(await runExclusively({ locks: broken, ...alone })).toBe('alone')
    }
    expect(clock.pending).toBe(0)
  })

  it('gives the lock back when the work fails, and at once when its tab is done for', async () => {
    const failing = run(() => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    expect(locks.held).toEqual(['name'])
    life.abort(new CozeChatError('aborted', 'gone'))
    await clock.advance(0)
    expect([locks.held, clock.pending]).toEqual([[], 0])
  })

  it('F26: a lock granted in the moment of giving up is given back, and one never granted is waited for no longer', async () => {
    let grant: (() => unknown) | undefined
    const slow = {
      request: (_name: string, _options: unknown, callback: () => unknown) => {
        grant = callback
        return new Promise(() => {})
      },
    }
    const outcome = acquireLock(slow as never, 'name', 100, clock, life.signal)
    await clock.advance(100)
    expect(await outcome).toBe('busy')
    expect(grant?.()).toBeUndefined()
  })
})
