import { describe, expect, it } from 'vitest'
import { createOtherTabs } from '../../../src/visitor/tabs/other-tabs.ts'
import { type AccessToken, remainingMs } from '../../../src/visitor/token/access-token.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createFakeOrigin } from '../../support/fake-platform.ts'

function setUp() {
  const clock = createFakeClock()
  const origin = createFakeOrigin(clock)
  const open = (subject: string) => {
    const tab = origin.openTab()
    const adopted: AccessToken[] = []
    let checks = 0
    const visitor = { subject, kind: 'user' as const }
    const tabs = createOtherTabs({
      name: '/token',
      platform: tab.platform,
      visitor: () => visitor,
      adopt: (token) => adopted.push(token),
      revalidate: () => checks++,
    })
    tabs.join()
    return { tab, tabs, visitor, adopted, checks: () => checks }
  }
  const token: AccessToken = {
    text: 'czs_a',
    ttlMs: 900_000,
    since: { wallMs: clock.now(), monotonicMs: clock.monotonic() },
    subject: 's_A',
    kind: 'user',
    apiBase: 'https://api.coze.com',
  }
  return { clock, origin, open, token }
}

describe('createOtherTabs', () => {
  it('F25: a token goes to the tabs of its own subject, with the life it has left', async () => {
    const { clock, open, token } = setUp()
    const [mine, same, other] = [open('s_A'), open('s_A'), open('s_B')]
    await clock.advance(100_000)
    mine.tabs.offer(token)
    await clock.advance(0)
    expect(same.adopted).toEqual([
      { ...token, ttlMs: 800_000, since: { wallMs: clock.now(), monotonicMs: clock.monotonic() } },
    ])
    expect([mine.adopted, other.adopted]).toEqual([[], []])
  })

  it('F25: a token that was read late has aged, and a watch set back makes it no younger', async () => {
    const { clock, origin, open, token } = setUp()
    const { adopted } = open('s_A')
    const offer = { type: 'token', access_token: 'czs_b', expires_in: 900, subject: 's_A', kind: 'user' }
    origin.say('coze-chat:/token', { ...offer, at: clock.now() - 60_000 })
    await clock.advance(0)
    clock.jumpWall(-60_000)
    expect(adopted.map((late) => remainingMs(late, clock))).toEqual([token.ttlMs - 60_000])
  })

  it('F22: a logout makes the tabs of that subject ask the server, and no others', async () => {
    const { clock, open } = setUp()
    const [mine, same, other] = [open('s_A'), open('s_A'), open('s_B')]
    mine.tabs.ended('s_A')
    await clock.advance(0)
    expect([mine.checks(), same.checks(), other.checks()]).toEqual([0, 1, 0])
  })

  it('F22: a logout of a tab that does not know who is there makes every tab ask, and offers them nothing', async () => {
    const { clock, open, origin, token } = setUp()
    const [mine, one, other] = [open('s_A'), open('s_A'), open('s_B')]
    mine.tabs.ended(undefined)
    origin.say('coze-chat:/token', {
      type: 'token',
      access_token: token.text,
      expires_in: 900,
      kind: 'user',
      at: clock.now(),
    })
    await clock.advance(0)
    expect([mine.checks(), one.checks(), other.checks()]).toEqual([0, 1, 1])
    expect([...one.adopted, ...other.adopted]).toEqual([])
  })

  it('F22: they ask three times more, since a site signs out after the chat and may be slow; however often they are told', async () => {
    const { clock, open } = setUp()
    const [mine, same] = [open('s_A'), open('s_A')]
    mine.tabs.ended('s_A')
    await clock.advance(400)
    mine.tabs.ended('s_A')
    await clock.advance(0)
    expect(same.checks()).toBe(2)
    await clock.advance(500)
    expect(same.checks()).toBe(3)
    await clock.advance(60_000)
    expect(same.checks()).toBe(5)
  })

  it('F22: whoever has come meanwhile is not asked about for another', async () => {
    const { clock, open } = setUp()
    const [mine, same] = [open('s_A'), open('s_A')]
    mine.tabs.ended('s_A')
    await clock.advance(0)
    same.visitor.subject = 's_B'
    await clock.advance(10_000)
    expect(same.checks()).toBe(1)
  })

  it('F22: and are asked about as often when they leave in their turn, however soon', async () => {
    const { clock, open } = setUp()
    const [mine, same] = [open('s_A'), open('s_A')]
    mine.tabs.ended('s_A')
    await clock.advance(600)
    same.visitor.subject = 's_B'
    mine.tabs.ended('s_B')
    await clock.advance(0)
    expect(same.checks()).toBe(3)
    await clock.advance(500)
    expect(same.checks()).toBe(4)
    await clock.advance(60_000)
    expect(same.checks()).toBe(6)
  })

  it('leaves no channel and no timer behind', async () => {
    const { clock, open } = setUp()
    const [mine, same] = [open('s_A'), open('s_A')]
    mine.tabs.ended('s_A')
    await clock.advance(0)
    mine.tabs.close()
    same.tabs.close()
    expect([mine.tab.channels, same.tab.channels, clock.pending]).toEqual([0, 0, 0])
  })
})
