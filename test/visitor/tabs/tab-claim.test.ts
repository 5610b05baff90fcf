import { beforeEach, describe, expect, it } from 'vitest'
import type { Platform } from '../../../src/platform/browser.ts'
import { claimTab } from '../../../src/visitor/tabs/tab-claim.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { createFakeOrigin, type FakeOrigin } from '../../support/fake-platform.ts'

describe.each([true, false])('claimTab (locks: %s)', (withLocks) => {
  let clock: FakeClock
  let origin: FakeOrigin
  let tab: () => Platform
  beforeEach(() => {
    clock = createFakeClock()
    origin = createFakeOrigin(clock, { locks: withLocks })
    tab = () => origin.openTab().platform
  })
  const decided = async (verdict: Promise<string>) => {
    await clock.advance(3_000)
    return verdict
  }

  it('F15: the first tab owns the name, the copy finds it taken', async () => {
    const claim = claimTab('id', tab())
    expect(await decided(claim.verdict)).toBe('own')
    expect(await decided(claimTab('id', tab()).verdict)).toBe('taken')
    expect(await decided(claimTab('other', tab()).verdict)).toBe('own')
  })

  it('F15: of two copies that start together exactly one owns the name', async () => {
    const claims = [claimTab('id', tab()), claimTab('id', tab())]
    await clock.advance(3_000)
    expect((await Promise.all(claims.map(({ verdict }) => verdict))).sort()).toEqual(['own', 'taken'])
  })

  it('F15: a reload on a machine so busy that its lock comes back late is no copy', async () => {
    const claim = claimTab('id', tab())
    await decided(claim.verdict)
    clock.setTimeout(claim.release, withLocks ? 900 : 0)
    if (!withLocks) await clock.advance(0)
    expect(await decided(claimTab('id', tab()).verdict)).toBe('own')
  })

  it('a released name is free for the next tab', async () => {
    const claim = claimTab('id', tab())
    await decided(claim.verdict)
    claim.release()
    claim.release()
    await clock.advance(0)
    expect(await decided(claimTab('id', tab()).verdict)).toBe('own')
  })

  it('two widgets on one page share a claim, until both have left', async () => {
    const page = tab()
    const claims = [claimTab('id', page), claimTab('id', page)]
    for (const { verdict } of claims) expect(await decided(verdict)).toBe('own')
    claims[0]?.release()
    await clock.advance(0)
    expect(await decided(claimTab('id', tab()).verdict)).toBe('taken')
    claims[1]?.release()
    await clock.advance(0)
    expect(await decided(claimTab('id', tab()).verdict)).toBe('own')
  })

  it('a widget mounted again in the same moment keeps the claim', async () => {
    const page = tab()
    const first = claimTab('id', page)
    await decided(first.verdict)
    first.release()
    expect(await decided(claimTab('id', page).verdict)).toBe('own')
    expect(await decided(claimTab('id', tab()).verdict)).toBe('taken')
  })

  it('F13: released while it is being decided, it leaves nothing', async () => {
    const claim = claimTab('id', tab())
    claim.release()
    await clock.advance(0)
    await claim.verdict
    expect([clock.pending, origin.locks?.held ?? []]).toEqual([0, []])
  })
})
