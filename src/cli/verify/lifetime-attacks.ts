/** How long tokens, tickets and identity tokens serve whoever has stolen them, and what logging out ends. */
import { decodeJwt } from 'jose'
import { say } from '../say.ts'
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
  title: () => say('A ticket or token is stolen', '凭证或令牌被盗'),
  tried: () =>
    say('the life of a token; the ticket without the cookie it came with', '令牌的有效期；不带配套 cookie 的凭证'),
  cure: () =>
    say(
      'Let tokens live 900 s (COZE_TOKEN_TTL), and bind tickets to a cookie where the site allows it (bindTicket).',
      '把令牌的有效期设为 900 秒（COZE_TOKEN_TTL）；网站条件允许时，把凭证与 cookie 绑定（bindTicket）。',
    ),
  async run({ strangers, endpoint, coze, clock, field }) {
    const [a] = strangers()
    const answer = await a.ask()
    const stated = Number(answer.json['expires_in'] ?? Number.NaN)
    const seconds = stated > EPOCH_THRESHOLD ? stated - clock.now() / 1000 : stated
    if (Number.isNaN(seconds))
      return hole(
        say('the reply does not say how long its token lives (expires_in)', '应答没有说明令牌的有效期（expires_in）'),
      )
    if (seconds > LONGEST_TOKEN_SECONDS) {
      const minutes = Math.round(seconds / 60)
      return hole(say(`a token lives ${minutes} minutes`, `令牌的有效期长达 ${minutes} 分钟`))
    }
    const atMost = Math.ceil(seconds / 60)
    const life = say(`a token lives ${atMost} min at most; `, `令牌最多有效 ${atMost} 分钟；`)
    if (!a.boundToCookie)
      return ok(
        life +
          say(
            'a ticket is not bound to a cookie, so whoever copies it can use it until it ends',
            '凭证未与 cookie 绑定，谁复制了它，就能一直用到它失效',
          ),
      )
    const { token } = await endpoint.ask({ body: { [field]: a.credential } })
    if (token !== undefined && (await coze.shareHistory(await a.token(), token))) {
      return hole(say('a ticket works without the cookie that came with it', '凭证不带配套的 cookie 也能使用'))
    }
    return ok(life + say('a ticket without its cookie opens nothing', '不带 cookie 的凭证什么也打不开'))
  },
}

const REPLAY: Attack = {
  id: 'T10',
  title: () => say('An identity token is replayed', '身份令牌被重放'),
  tried: () => say('the time left of the identity tokens of the test users', '测试用户的身份令牌还剩多长有效期'),
  cure: () =>
    say(
      'Sign identity tokens for 10 minutes at most and let the page fetch a new one.',
      '签发身份令牌时，有效期不要超过 10 分钟；过期后由页面获取新的。',
    ),
  async run({ users, clock }) {
    const tokens = users.flatMap((user) => bearerJwt(user) ?? [])
    if (tokens.length === 0) {
      return notApplicable(
        say(
          'this check needs --bearer with an identity token; the assertion never leaves the server',
          '此项检查需要用 --bearer 给出身份令牌；断言不会离开服务器',
        ),
      )
    }
    for (const { exp } of tokens.map((token) => decodeJwt(token))) {
      if (exp === undefined)
        return hole(say('an identity token without an end (exp) is accepted', '没有期限（exp）的身份令牌被接受'))
      const left = exp - clock.now() / 1000
      if (left > LONGEST_IDENTITY_SECONDS) {
        const minutes = Math.round(left / 60)
        return hole(
          say(
            `an identity token with ${minutes} minutes left is accepted`,
            `还有 ${minutes} 分钟才过期的身份令牌被接受`,
          ),
        )
      }
    }
    return ok(say('the identity tokens end within 10 minutes', '身份令牌在 10 分钟内过期'))
  },
}

const AFTER_LOGOUT: Attack = {
  id: 'T20',
  title: () => say('Access after logout', '退出登录后仍可访问'),
  tried: () =>
    say(
      'a visitor logs out ({"end":true}) and returns with the same id',
      '访客退出登录（{"end":true}），再带着同一个 ID 回来',
    ),
  cure: () =>
    say(
      'On {"end":true} drop the cached token, so that the next one is new, take no ticket of theirs any more, and reply without a token.',
      '收到 {"end":true} 后，丢弃缓存的令牌（下一个令牌就是新的），不再接受该访客的凭证，应答中也不带令牌。',
    ),
  async run({ newVisitor, users, idsMadeBy, coze }) {
    const visitor = idsMadeBy === 'nobody' ? users[0] : await newVisitor()
    if (visitor === undefined) return notApplicable(say('strangers get no token', '匿名访客得不到令牌'))
    const before = await visitor.token()
    const conversation = coze.behindGateway ? await coze.createConversation(before) : undefined
    const { token } = await visitor.ask({ body: { end: true } })
    if (token !== undefined) return hole(say('the reply to a logout holds a token', '退出登录的应答中带有令牌'))
    if (conversation !== undefined && (await coze.opens(before, conversation))) {
      return hole(say('the gateway still takes the pass from before logging out', '网关仍接受退出登录之前的通行证'))
    }
    const after = await visitor.token()
    // A signed id can be known as ended. One that the browser has made is its own to show again, and a user proves anew who they are.
    if (idsMadeBy === 'service' && conversation !== undefined && (await coze.opens(after, conversation))) {
      return hole(
        say('a ticket from before logging out still opens its conversations', '退出登录之前的凭证仍能打开原来的对话'),
      )
    }
    return before === after
      ? hole(say('the token from before logging out is handed out again', '退出登录之前的令牌被再次发放'))
      : ok(say('the old token is not handed out again', '旧令牌不会再次发放'))
  },
}

export const LIFETIME_ATTACKS = [THEFT, REPLAY, AFTER_LOGOUT]
