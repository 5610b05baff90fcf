import { base64url } from 'jose'
import type { Clock } from '../../platform/clock.ts'
import { lengthPrefixed } from '../crypto/length-prefixed.ts'
import type { RandomBytes } from '../crypto/random-bytes.ts'
import { deriveMacKey, macOf } from '../crypto/secrets.ts'
import type { VerifiedAnonymousId } from './anonymous-id.ts'

const MAX_TICKET_LENGTH = 128
const ID_BYTES = 16
/**
 * A ticket that seems to be from the future was signed here while the clock was wrong, since nobody else can sign one. It stays good
 * when the clock is put right, up to an error of a day (T40).
 */
const MAX_CLOCK_LEAD_SECONDS = 24 * 60 * 60

/**
 * `v1.<kid>.<id>.<iat>.<mac>`; `iat` is in seconds, base 36. The last characters of id and MAC are limited to those that
 * base64url writes: it leaves bits unused there, so that a decoder would accept four spellings of one MAC.
 */
const TICKET =
  /^v1\.([A-Za-z0-9]{1,8})\.([A-Za-z0-9_-]{21}[AQgw])\.([0-9a-z]{1,8})\.([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/

export interface TicketSecret {
  /** 1 to 8 letters or digits, written into every ticket. Never use one again for another secret. */
  kid: string
  secret: Uint8Array<ArrayBuffer>
}

/** The anonymous visitor whom a ticket proves. */
export interface TicketHolder {
  id: VerifiedAnonymousId
  /** The time from which the ticket counts as expired, milliseconds since the epoch. */
  expiresAtMs: number
}

export interface VisitorTickets {
  /**
   * A new anonymous visitor and their ticket.
   * @param binding hash of the cookie that the ticket is bound to, if it is
   */
  issue(tenant: string, binding?: string): Promise<{ ticket: string; holder: TicketHolder }>
  /** The holder of a ticket, or `undefined` when it is not ours, not for this tenant or cookie, or too old. */
  verify(ticket: string, tenant: string, binding?: string): Promise<TicketHolder | undefined>
}

/** @param options.secrets newest first: the first one signs, all of them verify. */
export async function createVisitorTickets(options: {
  secrets: readonly TicketSecret[]
  maxAgeSeconds: number
  clock: Clock
  random: RandomBytes
}): Promise<VisitorTickets> {
  const { maxAgeSeconds, clock, random } = options
  const keys = new Map<string, CryptoKey>()
  for (const { kid, secret } of options.secrets) keys.set(kid, await deriveMacKey(secret, 'ticket/1'))
  const [signingKid, signingKey] = [...keys][0] ?? []

  return {
    async issue(tenant, binding) {
      if (signingKid === undefined || signingKey === undefined) {
        throw new Error('createVisitorTickets needs at least one secret.')
      }
      const id = base64url.encode(random(ID_BYTES))
      const issuedAt = Math.floor(clock.now() / 1000)
      const text = `v1.${signingKid}.${id}.${issuedAt.toString(36)}`
      const ticket = `${text}.${await macOf(signingKey, signedBytes(tenant, text, binding))}`
      return { ticket, holder: { id: id as VerifiedAnonymousId, expiresAtMs: (issuedAt + maxAgeSeconds) * 1000 } }
    },

    async verify(ticket, tenant, binding) {
      if (ticket.length > MAX_TICKET_LENGTH) return undefined
      const match = TICKET.exec(ticket)
      if (match === null) return undefined
      const [, kid = '', id = '', iat = '', mac = ''] = match
      const key = keys.get(kid)
      if (key === undefined) return undefined
      const text = ticket.slice(0, ticket.lastIndexOf('.'))
      const isValid = await crypto.subtle.verify(
        'HMAC',
        key,
        new Uint8Array(base64url.decode(mac)),
        signedBytes(tenant, text, binding),
      )
      if (!isValid) return undefined
      const issuedAt = Number.parseInt(iat, 36)
      const now = clock.now() / 1000
      if (issuedAt > now + MAX_CLOCK_LEAD_SECONDS || now - issuedAt > maxAgeSeconds) return undefined
      return { id: id as VerifiedAnonymousId, expiresAtMs: (issuedAt + maxAgeSeconds) * 1000 }
    },
  }
}

function signedBytes(tenant: string, text: string, binding: string | undefined): Uint8Array<ArrayBuffer> {
  return binding === undefined
    ? lengthPrefixed('chat-visitor-ticket', tenant, text)
    : lengthPrefixed('chat-visitor-ticket', tenant, text, binding)
}
