/** How long tokens, tickets and identity tokens serve whoever has stolen them, and what logging out ends. */
import { decodeJwt } from 'jose'
import { type Attack, hole, notApplicable, ok } from './attack.ts'
import { bearerJwt } from './scene.ts'

/** A stolen token cannot be revoked, so a thief can use it as long as it lives. */
const LONGEST_TOKEN_SECONDS = 3_600
/** Ten minutes, and one minute for clocks that differ. */
const LONGEST_IDENTITY_SECONDS = 660
/** Above this `expires_in` is a moment in Unix seconds, below it a duration. */
const EPOCH_THRESHOLD = 1_000_000_000

const THEFT: Attack = {
  id: 'T5',
  title: 'A ticket or token is stolen',
  tried: 'the life of a token; the ticket without the cookie it came with',
  cure: 'Let tokens live 900 s (COZE_TOKEN_TTL), and bind tickets to a cookie where the site allows it (bindTicket).',
  async run({ strangers, endpoint, coze, clock, field }) {
    const [a] = strangers()
    const answer = await a.ask()
    const stated = Number(answer.json['expires_in'] ?? Number.NaN)
    const seconds = stated > EPOCH_THRESHOLD ? stated - clock.now() / 1000 : stated
    if (Number.isNaN(seconds)) return hole('the reply does not say how long its token lives (expires_in)')
    if (seconds > LONGEST_TOKEN_SECONDS) return hole(`a token lives ${Math.round(seconds / 60)} minutes`)
    const life = `a token lives ${Math.ceil(seconds / 60)} min at most`
    if (!a.boundToCookie)
      return ok(`${life}; a ticket is not bound to a cookie, so whoever copies it can use it until it ends`)
    const { token } = await endpoint.ask({ body: { [field]: a.credential } })
    if (token !== undefined && (await coze.shareHistory(await a.token(), token))) {
      return hole('a ticket works without the cookie that came with it')
    }
    return ok(`${life}; a ticket without its cookie opens nothing`)
  },
}

const REPLAY: Attack = {
  id: 'T10',
  title: 'An identity token is replayed',
  tried: 'the time left of the identity tokens of the test users',
  cure: 'Sign identity tokens for 10 minutes at most and let the page fetch a new one.',
  async run({ users, clock }) {
    const tokens = users.flatMap((user) => bearerJwt(user) ?? [])
    if (tokens.length === 0) {
      return notApplicable('this check needs --bearer with an identity token; the assertion never leaves the server')
    }
    for (const { exp } of tokens.map((token) => decodeJwt(token))) {
      if (exp === undefined) return hole('an identity token without an end (exp) is accepted')
      const left = exp - clock.now() / 1000
      if (left > LONGEST_IDENTITY_SECONDS)
        return hole(`an identity token with ${Math.round(left / 60)} minutes left is accepted`)
    }
    return ok('the identity tokens end within 10 minutes')
  },
}

const AFTER_LOGOUT: Attack = {
  id: 'T20',
  title: 'Access after logout',
  tried: 'a visitor logs out ({"end":true}) and returns with the same id',
  cure: 'On {"end":true} drop the cached token, so that the next one is new, take no ticket of theirs any more, and reply without a token.',
  async run({ newVisitor, users, idsMadeBy, coze }) {
    const visitor = idsMadeBy === 'nobody' ? users[0] : await newVisitor()
    if (visitor === undefined) return notApplicable('strangers get no token')
    const before = await visitor.token()
    const conversation = coze.behindGateway ? await coze.createConversation(before) : undefined
    const { token } = await visitor.ask({ body: { end: true } })
    if (token !== undefined) return hole('the reply to a logout holds a token')
    if (conversation !== undefined && (await coze.opens(before, conversation))) {
      return hole('the gateway still takes the pass from before logging out')
    }
    const after = await visitor.token()
    // A signed id can be known as ended. One that the browser has made is its own to show again, and a user proves anew who they are.
    if (idsMadeBy === 'service' && conversation !== undefined && (await coze.opens(after, conversation))) {
      return hole('a ticket from before logging out still opens its conversations')
    }
    return before === after
      ? hole('the token from before logging out is handed out again')
      : ok('the old token is not handed out again')
  },
}

export const LIFETIME_ATTACKS = [THEFT, REPLAY, AFTER_LOGOUT]
