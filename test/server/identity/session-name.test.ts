import { describe, expect, it } from 'vitest'
import { parseSecret } from '../../../src/server/crypto/secrets.ts'
import type { VerifiedAnonymousId } from '../../../src/server/identity/anonymous-id.ts'
import type { VerifiedUserId } from '../../../src/server/identity/identify.ts'
import { assertSessionName, createSessionNamer, type SessionName } from '../../../src/server/identity/session-name.ts'
import { createSubjectTagger } from '../../../src/server/identity/subject.ts'
import { createVisitorTickets } from '../../../src/server/identity/visitor-tickets.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import fc from '../../support/fast-check.ts'
import { SECRET } from '../support/test-service.ts'

const secret = parseSecret(SECRET)
const user = (id: string) => id as VerifiedUserId
const visitor = (id: string) => id as VerifiedAnonymousId

describe('names and subjects', () => {
  it('T2, T21: keep the format for ever, since a change empties every history (golden vectors)', async () => {
    const names = await createSessionNamer(secret)
    const subjects = await createSubjectTagger(secret)
    const tickets = await createVisitorTickets({
      secrets: [{ kid: 'k1', secret }],
      maxAgeSeconds: 43_200,
      clock: createFakeClock(1_790_000_000_000),
      random: (length) => Uint8Array.from({ length }, (_, i) => i),
    })
    const { ticket } = await tickets.issue('bot1')
    expect({
      user: await names.forUser(user('42'), 'bot1'),
      subject: await subjects('user', 'bot1', '42'),
      visitor: await names.forAnonymous(visitor('AAECAwQFBgcICQoLDA0ODw'), 'bot1'),
      ticket,
      length: ticket.length,
    }).toEqual({
      user: 'u1_KmfNeZJIxdMepaTVrzpg9Q2L_cOGcqQlN9oZpcAPVRk',
      subject: 's_zXeMwSF9qK38ubmNd3kZtz',
      visitor: 'a1_dNlHOIN0GQZRLTNeP9kavndm9FHjLBbE9cuOLPjMElY',
      ticket: 'v1.k1.AAECAwQFBgcICQoLDA0ODw.tlpwu8.an7O68gdKsjYAgs9ta3qfZixzwP_Kn4y-nm_qwmbzc4',
      length: 79,
    })
  })

  it('T2: 100,000 ids of both kinds and several tenants give no equal names and no user name for a visitor', async () => {
    const names = await createSessionNamer(secret)
    const seen = new Set<string>()
    const ids = new Set<string>()
    for (const id of fc.sample(fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }), 26_000)) ids.add(id)
    for (let i = 0; ids.size < 25_000; i++) ids.add(`id-${i}`)
    const all = [...ids].slice(0, 25_000)
    const kinds = new Set<string>()
    // A thousand ids together: one after another they take three times as long.
    for (let start = 0; start < all.length; start += 1_000) {
      const some = all.slice(start, start + 1_000)
      for (const bot of ['bot1', 'bot2']) {
        const ofUsers = await Promise.all(some.map((id) => names.forUser(user(id), bot)))
        const ofVisitors = await Promise.all(some.map((id) => names.forAnonymous(visitor(id), bot)))
        for (const name of ofUsers) kinds.add(`user ${name.slice(0, 3)}`)
        for (const name of ofVisitors) kinds.add(`visitor ${name.slice(0, 3)}`)
        for (const name of [...ofUsers, ...ofVisitors]) seen.add(name)
      }
    }
    expect([...kinds]).toEqual(['user u1_', 'visitor a1_'])
    expect(seen.size).toBe(100_000)
  })

  it('T21: the same user of two tenants has two names and two subjects', async () => {
    const names = await createSessionNamer(secret)
    const subjects = await createSubjectTagger(secret)
    expect(await names.forUser(user('42'), 'a')).not.toBe(await names.forUser(user('42'), 'b'))
    expect(await subjects('user', 'a', '42')).not.toBe(await subjects('user', 'b', '42'))
  })

  it('F77: ids are neither trimmed, folded nor normalised', async () => {
    const names = await createSessionNamer(secret)
    const alike = ['42', ' 42', '42 ', 'Zo\u00eb', 'Zoe\u0308', 'zo\u00eb', 'ZO\u00cb']
    const made = await Promise.all(alike.map((id) => names.forUser(user(id), 'bot1')))
    expect(new Set(made).size).toBe(alike.length)
  })

  it('T2: a name of the site\u2019s own must be visible ASCII and must not look like a visitor\u2019s', async () => {
    for (const bad of ['', 'a1_x', 'with space', 'é', 'x'.repeat(65), 'line\nbreak']) {
      const names = await createSessionNamer(secret, () => bad)
      await expect(names.forUser(user('42'), 'bot1')).rejects.toMatchObject({ code: 'misconfigured' })
      expect(await names.forAnonymous(visitor('42'), 'bot1')).toMatch(/^a1_/)
    }
    const names = await createSessionNamer(secret, ({ id }) => `legacy-${id}`)
    expect(await names.forUser(user('42'), 'bot1')).toBe('legacy-42')
  })

  it('F73: the signer refuses anything that is not a session name', () => {
    for (const bad of ['', ' ', 'x'.repeat(65), 'a\nb', undefined, null, 7, {}]) {
      expect(() => assertSessionName(bad as SessionName)).toThrow(expect.objectContaining({ code: 'internal' }))
    }
  })
})

describe('the secret', () => {
  it('is read from hex, base64 and base64url, and refused when it is short or rubbish', () => {
    const hex = Buffer.from(secret).toString('hex')
    expect(parseSecret(hex)).toEqual(secret)
    expect(parseSecret(Buffer.from(secret).toString('base64url'))).toEqual(secret)
    expect(parseSecret(secret)).toEqual(secret)
    for (const bad of ['', 'short', hex.slice(0, 62), 'ü'.repeat(60), Buffer.alloc(31).toString('base64')]) {
      expect(() => parseSecret(bad)).toThrow(expect.objectContaining({ code: 'misconfigured' }))
    }
  })

  it('reads what `openssl rand -base64 32` writes, with + and / and padding', () => {
    const bytes = new Uint8Array(32).fill(0xfb)
    const text = Buffer.from(bytes).toString('base64')
    expect(text).toMatch(/[+/].*=$/)
    expect(parseSecret(text)).toEqual(bytes)
  })
})
