import { describe, expect, it } from 'vitest'
import { createAccessPasses } from '../../../src/server/identity/access-pass.ts'
import type { AuthenticatedVisitor } from '../../../src/server/identity/authenticated-visitor.ts'
import type { SessionName } from '../../../src/server/identity/session-name.ts'
import { createMemoryTokenStore } from '../../../src/server/store/memory-token-store.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

function visitorOf(tenant: string): AuthenticatedVisitor {
  return { kind: 'user', tenant, sessionName: 'u1_alice' as SessionName, subject: 's_alice' }
}

async function createPasses(
  secret = new Uint8Array(32).fill(1),
  clock = createFakeClock(),
  store = createMemoryTokenStore({ clock }),
) {
  return { clock, store, passes: await createAccessPasses({ secret, store, lifeMs: 900_000, clock, random }) }
}

describe('a pass', () => {
  it('speaks for whom it was issued, until its time is up', async () => {
    const { passes, clock } = await createPasses()
    const visitor = visitorOf('shop')
    const { text, leftMs } = await passes.issue(visitor)
    expect(leftMs).toBe(900_000)
    await clock.advance(899_999)
    expect(await passes.open(text)).toEqual(visitor)
    await clock.advance(1)
    expect(await passes.open(text)).toBeUndefined()
  })

  it('T4 F78: has one spelling: every other text of one character more, less or different is worth nothing', async () => {
    const { passes } = await createPasses()
    // Three lengths, so that the last character has 0, 2 and 4 spare bits.
    for (const tenant of ['a', 'ab', 'abc']) {
      const { text } = await passes.issue(visitorOf(tenant))
      const others = [
        `${text}A`,
        `${text}=`,
        `${text}==`,
        ` ${text}`,
        `${text}\n`,
        text.slice(0, -1),
        text.replace('g1.', 'G1.'),
      ]
      for (const letter of ALPHABET) others.push(text.slice(0, -1) + letter)
      for (let at = 3; at < text.length; at++)
        others.push(text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1))
      for (const other of others) if (other !== text) expect(await passes.open(other)).toBeUndefined()
      expect(await passes.open(text)).toEqual(visitorOf(tenant))
    }
  })

  it('is worth nothing to a service with another secret', async () => {
    const [ours, theirs] = [await createPasses(), await createPasses(new Uint8Array(32).fill(2))]
    const { text } = await theirs.passes.issue(visitorOf('shop'))
    expect(await ours.passes.open(text)).toBeUndefined()
  })

  it('T20: ends with the session, in the same millisecond too; the next one counts at once', async () => {
    const { passes } = await createPasses()
    const visitor = visitorOf('shop')
    const before = await passes.issue(visitor)
    expect(await passes.open(before.text)).toEqual(visitor)
    await passes.end(visitor)
    const after = await passes.issue(visitor)
    expect(await passes.open(before.text)).toBeUndefined()
    expect(await passes.open(after.text)).toEqual(visitor)
    await passes.end(visitor)
    expect(await passes.open(after.text)).toBeUndefined()
  })

  it.each([-50_000, -2_000, 2_000, 50_000])(
    'T20, T40: ends on all machines with a logout at another one whose clock is %i ms off, and the next one counts',
    async (offMs) => {
      const here = await createPasses()
      const clock = createFakeClock()
      clock.jumpWall(offMs)
      const there = await createPasses(undefined, clock, here.store)
      const visitor = visitorOf('shop')
      const { text } = await here.passes.issue(visitor)
      for (const one of [here, there]) await one.clock.advance(1_000)
      await there.passes.end(visitor)
      for (const { passes } of [here, there]) expect(await passes.open(text)).toBeUndefined()
      for (const issuing of [here, there]) {
        const next = await issuing.passes.issue(visitor)
        for (const { passes } of [here, there]) expect(await passes.open(next.text)).toEqual(visitor)
      }
    },
  )
})
