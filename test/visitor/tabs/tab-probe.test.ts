import { describe, expect, it } from 'vitest'
import type { Platform } from '../../../src/platform/browser.ts'
import type { TabMessage } from '../../../src/platform/tab-channel.ts'
import { type ClaimVerdict, probeTabs } from '../../../src/visitor/tabs/tab-probe.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

/** A tab called `me` that probes for `name`, and what it says to a channel of which the test is the other end. */
function openProbe(me: string, name = 'id') {
  const clock = createFakeClock()
  const said: TabMessage[] = []
  const channel = { closed: false, hear: (_: TabMessage) => {} }
  const leaving = new AbortController()
  const platform = {
    clock,
    randomId: () => me,
    openChannel(_: string, listener: (message: TabMessage) => void) {
      channel.hear = listener
      return {
        post: (message: TabMessage) => void said.push(message),
        close() {
          channel.closed = true
        },
      }
    },
  } as unknown as Platform
  let verdict: ClaimVerdict | undefined
  void probeTabs(name, platform, leaving.signal).then((reached) => {
    verdict = reached
  })
  return {
    said,
    leave: () => leaving.abort(),
    isClosed: () => channel.closed,
    hear: (message: TabMessage) => channel.hear(message),
    async after(ms: number) {
      await clock.advance(ms)
      return verdict
    },
  }
}

describe('a tab that probes for a name', () => {
  it('asks once, and owns it when nobody has objected within 150 ms', async () => {
    const probe = openProbe('b')
    expect(probe.said).toEqual([{ name: 'id', from: 'b' }])
    expect(await probe.after(149)).toBeUndefined()
    expect(await probe.after(1)).toBe('own')
  })

  it('F15: finds it taken when somebody objects to it, and listens no longer', async () => {
    const probe = openProbe('b')
    probe.hear({ name: 'id', to: 'b' })
    expect(await probe.after(0)).toBe('taken')
    expect(probe.isClosed()).toBe(true)
  })

  it.each<[why: string, message: TabMessage]>([
    ['to another tab', { name: 'id', to: 'a' }],
    ['about another name', { name: 'other', to: 'b' }],
    ['to nobody', { name: 'id' }],
  ])('F15: no objection %s counts', async (_, message) => {
    const probe = openProbe('b')
    probe.hear(message)
    expect(await probe.after(150)).toBe('own')
    expect(probe.said).toHaveLength(1)
  })

  it('F15: of two that probe at once the smaller id objects, and the greater one does not', async () => {
    const probe = openProbe('b')
    probe.hear({ name: 'id', from: 'c' })
    probe.hear({ name: 'id', from: 'a' })
    probe.hear({ name: 'id', from: 'b' })
    expect(probe.said.slice(1)).toEqual([{ name: 'id', to: 'c' }])
  })

  it('F15: once it owns the name it objects to everybody, and nobody takes it away', async () => {
    const probe = openProbe('b')
    await probe.after(150)
    probe.hear({ name: 'id', from: 'a' })
    probe.hear({ name: 'other', from: 'a' })
    probe.hear({ name: 'id', from: 7 })
    expect(probe.said.slice(1)).toEqual([{ name: 'id', to: 'a' }])
    probe.hear({ name: 'id', to: 'b' })
    expect(probe.isClosed()).toBe(false)
  })

  it('that is left owns the name as far as it knows, and listens no longer', async () => {
    const probe = openProbe('b')
    probe.leave()
    expect(await probe.after(0)).toBe('own')
    expect(probe.isClosed()).toBe(true)
  })
})
