import { describe, expect, it, vi } from 'vitest'
import { parseSecret } from '../../../src/server/crypto/secrets.ts'
import {
  createVisitorTickets,
  type TicketSecret,
  type VisitorTickets,
} from '../../../src/server/identity/visitor-tickets.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { SECRET } from '../support/test-service.ts'

const k1: TicketSecret = { kid: 'k1', secret: parseSecret(SECRET) }
const k2: TicketSecret = { kid: 'k2', secret: new Uint8Array(32).fill(9) }
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

async function createTickets({ secrets = [k1], clock = createFakeClock() } = {}) {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  return { clock, tickets: await createVisitorTickets({ secrets, maxAgeSeconds: 43_200, clock, random }) }
}

/** How many of them are, a thousand looked at together: one after another they take three times as long. */
async function accepted(tickets: VisitorTickets, texts: Iterable<string>): Promise<number> {
  const all = [...texts]
  let count = 0
  for (let start = 0; start < all.length; start += 1_000) {
    const holders = await Promise.all(all.slice(start, start + 1_000).map((text) => tickets.verify(text, 'bot1')))
    count += holders.filter((holder) => holder !== undefined).length
  }
  return count
}

describe('a visitor ticket', () => {
  it('T5: names its visitor until its age is up, and not a second longer', async () => {
    const { tickets, clock } = await createTickets()
    const { ticket, holder } = await tickets.issue('bot1')
    expect(await tickets.verify(ticket, 'bot1')).toEqual(holder)
    await clock.advance(43_200_000)
    expect(await tickets.verify(ticket, 'bot1')).toEqual(holder)
    await clock.advance(1_000)
    expect(await tickets.verify(ticket, 'bot1')).toBeUndefined()
  })

  it('T40: stays good when a clock that was up to a day ahead is put right, and no further', async () => {
    const { tickets, clock } = await createTickets()
    const { ticket } = await tickets.issue('bot1')
    clock.jumpWall(-86_399_000)
    expect(await tickets.verify(ticket, 'bot1')).toBeDefined()
    clock.jumpWall(-2_000)
    expect(await tickets.verify(ticket, 'bot1')).toBeUndefined()
  })

  it('T4: is worth nothing at another site, under another key, or under a kid we do not know', async () => {
    const { tickets } = await createTickets({ secrets: [k1, k2] })
    const { ticket } = await tickets.issue('bot1')
    const alone = await createTickets({ secrets: [k2] })
    const rekeyed = await createTickets({ secrets: [{ kid: 'k1', secret: k2.secret }] })
    expect(await tickets.verify(ticket, 'bot2')).toBeUndefined()
    expect(await tickets.verify(ticket.replace('k1', 'k2'), 'bot1')).toBeUndefined()
    expect(await alone.tickets.verify(ticket, 'bot1')).toBeUndefined()
    expect(await rekeyed.tickets.verify(ticket, 'bot1')).toBeUndefined()
  })

  it('survives the rotation of its key while the old key is still listed', async () => {
    const { tickets: before } = await createTickets({ secrets: [k1] })
    const { tickets: after } = await createTickets({ secrets: [k2, k1] })
    const { ticket } = await before.issue('bot1')
    expect(await after.verify(ticket, 'bot1')).toBeDefined()
    expect((await after.issue('bot1')).ticket).toMatch(/^v1\.k2\./)
  })

  it('T4: none of 100,000 tickets with one edit is accepted', async () => {
    const { tickets } = await createTickets()
    const { ticket } = await tickets.issue('bot1')
    const mutants = new Set<string>()
    for (let i = 0; i < ticket.length; i++) {
      mutants.add(ticket.slice(0, i) + ticket.slice(i + 1))
      for (const character of `${ALPHABET}.=+/ \n%é`) {
        mutants.add(ticket.slice(0, i) + character + ticket.slice(i + 1))
        mutants.add(ticket.slice(0, i) + character + ticket.slice(i))
      }
    }
    let state = 1
    const next = (below: number) => {
      state = (state * 48_271) % 2_147_483_647
      return state % below
    }
    while (mutants.size < 100_000) {
      const at = next(ticket.length)
      const edited = [...ticket]
      edited[at] = ALPHABET.charAt(next(64))
      edited[next(ticket.length)] = ALPHABET.charAt(next(64))
      mutants.add(edited.join(''))
    }
    mutants.delete(ticket)
    expect(await accepted(tickets, mutants)).toBe(0)
    expect(mutants.size).toBeGreaterThan(99_000)
  })

  it('F78: has one spelling: the other base64url spellings of its id and MAC are refused', async () => {
    const { tickets } = await createTickets()
    const { ticket } = await tickets.issue('bot1')
    const last = ALPHABET.indexOf(ticket.slice(-1))
    for (let spare = 1; spare < 4; spare++) {
      expect(await tickets.verify(ticket.slice(0, -1) + ALPHABET.charAt(last + spare), 'bot1')).toBeUndefined()
    }
  })

  it('T3: none of 100,000 random tickets is accepted', async () => {
    const { tickets } = await createTickets()
    const text = (length: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(length))).toString('base64url')
    const forged = Array.from({ length: 100_000 }, () => `v1.k1.${text(16)}.tlpwu8.${text(32)}`)
    expect(await accepted(tickets, forged)).toBe(0)
  })

  it('T14: text of any length is a miss and never a crash', async () => {
    const { tickets } = await createTickets()
    const { ticket } = await tickets.issue('bot1')
    for (let length = 0; length <= 200; length++) {
      const text = ticket.padEnd(200, 'A').slice(0, length)
      if (text !== ticket) expect(await tickets.verify(text, 'bot1')).toBeUndefined()
    }
  })

  it('T14: the browser engine’s own compare decides alone', async () => {
    const { tickets } = await createTickets()
    const { ticket, holder } = await tickets.issue('bot1')
    const forged = `${ticket.slice(0, -43)}${'A'.repeat(43)}`
    const verify = vi.spyOn(crypto.subtle, 'verify')
    try {
      verify.mockResolvedValue(false)
      expect(await tickets.verify(ticket, 'bot1')).toBeUndefined()
      verify.mockResolvedValue(true)
      expect(await tickets.verify(forged, 'bot1')).toEqual(holder)
    } finally {
      verify.mockRestore()
    }
  })

  it('T5: bound to a cookie it is worth nothing without it or with another', async () => {
    const { tickets } = await createTickets()
    const { ticket, holder } = await tickets.issue('bot1', 'hash-of-cookie')
    expect(await tickets.verify(ticket, 'bot1', 'hash-of-cookie')).toEqual(holder)
    expect(await tickets.verify(ticket, 'bot1')).toBeUndefined()
    expect(await tickets.verify(ticket, 'bot1', 'other')).toBeUndefined()
  })
})
