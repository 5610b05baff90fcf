import { base64url } from 'jose'
import type { Clock } from '../platform/clock.ts'
import type { VerifiedVisitor } from './identity.ts'
import { lengthPrefixed } from './length-prefixed.ts'
import { deriveMacKey, macOf } from './secrets.ts'

const MAX_TICKET_LENGTH = 128
const ID_BYTES = 16
const MAX_CLOCK_LEAD_SECONDS = 5 * 60

/**
 * `v1.<kid>.<id>.<iat>.<mac>`. The last characters of id and MAC are the canonical ones: base64url leaves spare bits there,
 * and four spellings of one MAC would pass a decoder.
 */
const TICKET =
  /^v1\.([A-Za-z0-9]{1,8})\.([A-Za-z0-9_-]{21}[AQgw])\.([0-9a-z]{1,8})\.([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/

export interface TicketSecret {
  /** 1 to 8 letters or digits, written into every ticket; never reuse one for another secret. */
  kid: string
  secret: Uint8Array<ArrayBuffer>
}

export interface Visitor {
  id: VerifiedVisitor
  /** Moment from which the ticket counts as expired, milliseconds since the epoch. */
  expiresAtMs: number
}

export interface TicketDesk {
  /** A new visitor and the ticket that proves it. `binding` is the hash of the cookie the ticket is bound to, if it is. */
  issue(site: string, binding?: string): Promise<{ ticket: string; visitor: Visitor }>
  /** The visitor whom the ticket names, or `undefined` when it is not ours, not for this site or cookie, or too old. */
  verify(ticket: string, site: string, binding?: string): Promise<Visitor | undefined>
}

/** @param secrets newest first: the first one signs, all of them verify. */
export async function createTicketDesk(options: {
  secrets: readonly TicketSecret[]
  maxAgeSeconds: number
  clock: Clock
  random: (length: number) => Uint8Array
}): Promise<TicketDesk> {
  const { maxAgeSeconds, clock, random } = options
  const keys = new Map<string, CryptoKey>()
  for (const { kid, secret } of options.secrets) keys.set(kid, await deriveMacKey(secret, 'ticket/1'))
  const [signingKid, signingKey] = [...keys][0] ?? []

  return {
    async issue(site, binding) {
      if (signingKid === undefined || signingKey === undefined) throw new Error('createTicketDesk needs a secret')
      const id = base64url.encode(random(ID_BYTES))
      const issuedAt = Math.floor(clock.now() / 1000)
      const text = `v1.${signingKid}.${id}.${issuedAt.toString(36)}`
      const ticket = `${text}.${await macOf(signingKey, signedBytes(site, text, binding))}`
      return { ticket, visitor: { id: id as VerifiedVisitor, expiresAtMs: (issuedAt + maxAgeSeconds) * 1000 } }
    },

    async verify(ticket, site, binding) {
      if (ticket.length > MAX_TICKET_LENGTH) return undefined
      const match = TICKET.exec(ticket)
      if (match === null) return undefined
      const [, kid = '', id = '', iat = '', mac = ''] = match
      const key = keys.get(kid)
      if (key === undefined) return undefined
      const text = ticket.slice(0, ticket.lastIndexOf('.'))
      const valid = await crypto.subtle.verify(
        'HMAC',
        key,
        new Uint8Array(base64url.decode(mac)),
        signedBytes(site, text, binding),
      )
      if (!valid) return undefined
      const issuedAt = Number.parseInt(iat, 36)
      const now = clock.now() / 1000
      if (issuedAt > now + MAX_CLOCK_LEAD_SECONDS || now - issuedAt > maxAgeSeconds) return undefined
      return { id: id as VerifiedVisitor, expiresAtMs: (issuedAt + maxAgeSeconds) * 1000 }
    },
  }
}

function signedBytes(site: string, text: string, binding: string | undefined): Uint8Array<ArrayBuffer> {
  return binding === undefined
    ? lengthPrefixed('chat-visitor-ticket', site, text)
    : lengthPrefixed('chat-visitor-ticket', site, text, binding)
}
