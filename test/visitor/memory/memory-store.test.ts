import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore, type MemoryStore } from '../../../src/visitor/memory/memory-store.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createFakeOrigin, type FakeOrigin, type FakeTab } from '../../support/fake-platform.ts'

const USER = { subject: 's_1', kind: 'user' } as const
const ANONYMOUS = { subject: 's_2', kind: 'anonymous' } as const

describe('createMemoryStore', () => {
  let origin: FakeOrigin
  let tab: FakeTab
  const open = (scope: 'tab' | 'device' = 'tab'): MemoryStore =>
    createMemoryStore({ scope, agent: '73', platform: tab.platform })
  beforeEach(() => {
    origin = createFakeOrigin(createFakeClock())
    tab = origin.openTab()
  })

  it('remembers a user for the device, and an anonymous visitor for their own scope, until it has to forget', () => {
    const memory = open()
    memory.remember(USER, { conversationId: '1' })
    expect([tab.session.size, origin.local.size]).toEqual([0, 1])
    memory.remember(ANONYMOUS, { conversationId: '2' })
    expect([tab.session.size, origin.local.size]).toEqual([1, 1])
    expect([memory.recall(USER), memory.recall(ANONYMOUS)]).toEqual([{ conversationId: '1' }, { conversationId: '2' }])
    memory.forget()
    expect([tab.session.size, origin.local.size]).toEqual([0, 0])
  })

  it('what opens their kept messages is remembered through every turn, and goes when they do', () => {
    const memory = open()
    memory.remember(USER, { conversationId: '1', seal: 'secret' })
    memory.remember(USER, { conversationId: '1', turnId: '2' })
    memory.remember(USER, { conversationId: '1' })
    expect(memory.recall(USER)).toEqual({ conversationId: '1', seal: 'secret' })
    memory.forget()
    memory.remember(USER, { conversationId: '1' })
    expect(memory.recall(USER)).toEqual({ conversationId: '1' })
  })

  it.each([
    ['a user of the site', USER, 'from-the-service'],
    ['a user of the site without a seal of the service', USER, undefined],
    ['an anonymous visitor', ANONYMOUS, undefined],
  ])('says before it is known who is there whether messages of %s were kept', (_, visitor, served) => {
    const memory = open()
    memory.remember(visitor, { conversationId: '1' }, served)
    expect(memory.hasKept).toBe(false)
    memory.remember(visitor, { conversationId: '1', seal: served ?? 'of-our-own' }, served)
    expect([memory.hasKept, open().hasKept]).toEqual([true, true])
    memory.forget()
    expect(memory.hasKept).toBe(false)
  })

  describe('T36: on a shared computer', () => {
    const everything = () => JSON.stringify([...origin.local, ...tab.session])

    it('T36: a seal that the token service gives out is stored nowhere, and opens again in another tab', () => {
      const memory = open()
      memory.remember(USER, { conversationId: '1', seal: 'from-the-service' }, 'from-the-service')
      memory.remember(USER, { conversationId: '1', turnId: '2' }, 'from-the-service')
      expect(everything()).not.toContain('from-the-service')
      tab = origin.openTab()
      expect(open().recall(USER, 'from-the-service')).toEqual({
        conversationId: '1',
        turnId: '2',
        seal: 'from-the-service',
      })
      expect(open().recall(USER)).toEqual({ conversationId: '1', turnId: '2' })
    })

    it('T36: where it gives out none, a user’s seal goes with the tab it was made in', () => {
      open().remember(USER, { conversationId: '1', seal: 'of-our-own' })
      expect(JSON.stringify([...origin.local])).not.toContain('of-our-own')
      expect(open().recall(USER)).toEqual({ conversationId: '1', seal: 'of-our-own' })
      tab = origin.openTab()
      expect(open().recall(USER)).toEqual({ conversationId: '1' })
    })

    it('T36: a seal that lies beside what it opens, as it did once, is not used again', () => {
      const memory = open('device')
      memory.remember(ANONYMOUS, { seal: 'x' })
      const [key = ''] = origin.local.keys()
      origin.local.set(key, JSON.stringify({ v: 1, subject: USER.subject, conversationId: '1', seal: 'old' }))
      expect(memory.recall(USER, 'new')).toEqual({ conversationId: '1' })
      memory.remember(USER, { conversationId: '1', seal: 'new' }, 'new')
      expect(everything()).not.toMatch(/old|new/)
    })

    it('T36: after logout neither storage has one', () => {
      const memory = open('device')
      memory.remember(USER, { conversationId: '1', seal: 'of-our-own' })
      memory.forget()
      expect([tab.session.size, origin.local.size]).toEqual([0, 0])
    })
  })
})
