import { describe, expect, it } from 'vitest'
import { createPassDesk } from '../../../src/server/gateway/pass.ts'
import { createMemoryTokenStore } from '../../../src/server/memory-token-store.ts'
import type { Principal } from '../../../src/server/principal-desk.ts'
import type { SessionName } from '../../../src/server/session-name.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

function principalOf(tenant: string): Principal {
  return { kind: 'user', tenant, sessionName: 'u1_alice' as SessionName, subject: 's_alice' }
}

async function createDesk(secret = new Uint8Array(32).fill(1)) {
  const clock = createFakeClock()
  const store = createMemoryTokenStore({ clock })
  return { clock, desk: await createPassDesk({ secret, store, lifeMs: 900_000, clock, random }) }
}

describe('a pass', () => {
  it('speaks for whom it was issued, until its time is up', async () => {
    const { desk, clock } = await createDesk()
    const principal = principalOf('shop')
    const { text, expiresAtMs } = await desk.issue(principal)
    expect(expiresAtMs).toBe(clock.now() + 900_000)
    await clock.advance(899_999)
    expect(await desk.open(text)).toEqual(principal)
    await clock.advance(1)
    expect(await desk.open(text)).toBeUndefined()
  })

  it('T4 F78: has one spelling: every other text of one character more, less or different is worth nothing', async () => {
    const { desk } = await createDesk()
    // Three lengths, so that the last character has 0, 2 and 4 spare bits.
    for (const tenant of ['a', 'ab', 'abc']) {
      const { text } = await desk.issue(principalOf(tenant))
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
      for (const other of others) if (other !== text) expect(await desk.open(other)).toBeUndefined()
      expect(await desk.open(text)).toEqual(principalOf(tenant))
    }
  })

  it('is worth nothing to a service with another secret', async () => {
    const [ours, theirs] = [await createDesk(), await createDesk(new Uint8Array(32).fill(2))]
    const { text } = await theirs.desk.issue(principalOf('shop'))
    expect(await ours.desk.open(text)).toBeUndefined()
  })

  it('T20: ends with the session, in the same millisecond too; the next one counts at once', async () => {
    const { desk } = await createDesk()
    const principal = principalOf('shop')
    const before = await desk.issue(principal)
    expect(await desk.open(before.text)).toEqual(principal)
    await desk.end(principal)
    const after = await desk.issue(principal)
    expect(await desk.open(before.text)).toBeUndefined()
    expect(await desk.open(after.text)).toEqual(principal)
  })
})
