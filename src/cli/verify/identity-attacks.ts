/** Attacks on who a visitor is: named, forged and shared identities, and those on the ids of anonymous visitors. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { decodeJwt, exportJWK, SignJWT, UnsecuredJWT } from 'jose'
import { IDENTITY_FIELDS } from '../../protocol/token-endpoint.ts'
import { listed, say } from '../say.ts'
import { type Attack, hole, notApplicable, ok } from './attack.ts'
import { bearerJwt, randomId, type Scene } from './scene.ts'
import { givesOneHistory, requireSeparateStrangers } from './shared-history.ts'
import type { ProbeRequest } from './token-endpoint-probe.ts'
import { VISITOR_ID_ATTACKS } from './visitor-id-attacks.ts'

/** No user of the site under test has this name. */
const MADE_UP_NAME = 'alice-of-verify'

const waysToSend = (name: string): readonly [string, ProbeRequest][] => [
  [say(`${name} in body`, `请求体中的 ${name}`), { body: { [name]: MADE_UP_NAME } }],
  [say(`${name} in nested in the body`, `请求体内层的 ${name}`), { body: { user: { [name]: MADE_UP_NAME } } }],
  [say(`${name} in query`, `查询参数中的 ${name}`), { query: `?${name}=${MADE_UP_NAME}` }],
  [say(`${name} in header`, `请求头中的 ${name}`), { headers: { [name.replace('_', '-')]: MADE_UP_NAME } }],
]
const waysToNameAUser = (): readonly [string, ProbeRequest][] => [
  ...IDENTITY_FIELDS.flatMap(waysToSend),
  [say('X-User-Id header', '请求头 X-User-Id'), { headers: { 'x-user-id': MADE_UP_NAME } }],
  [say('user_id cookie', '名为 user_id 的 cookie'), { headers: { cookie: `user_id=${MADE_UP_NAME}` } }],
]

const NAMING: Attack = {
  id: 'T1',
  title: () => say('A request names a user', '请求自称是某位用户'),
  tried: () =>
    say(
      `two strangers send ${listed(IDENTITY_FIELDS)} = "${MADE_UP_NAME}" in body, query, header and cookie`,
      `互不相干的两位访客在请求体、查询参数、请求头和 cookie 中发送 ${listed(IDENTITY_FIELDS)} = "${MADE_UP_NAME}"`,
    ),
  cure: () =>
    say(
      'Take the user from the session of the site (identify) or from a signed identity token, never from the request; refuse such fields with 400.',
      '用户是谁，只能取自网站的登录会话（identify）或签名的身份令牌，绝不能取自请求；遇到这类字段，请返回 400。',
    ),
  async run(scene) {
    await requireSeparateStrangers(scene)
    const believed: string[] = []
    const ways = waysToNameAUser()
    for (const [way, request] of ways) if (await givesOneHistory(scene, request)) believed.push(way)
    if (believed.length === 0)
      return ok(say(`none of ${ways.length} ways is believed`, `试了 ${ways.length} 种方式，服务都不采信`))
    return hole(
      say(
        `the service believes ${listed(believed)}: whoever knows a name reads its history`,
        `服务采信了${listed(believed)}：谁知道用户名，谁就能读到该用户的历史`,
      ),
    )
  },
}

const REACHING_A_USER: Attack = {
  id: 'T2',
  title: () => say('An anonymous visitor reaches the session of a user', '匿名访客进入登录用户的会话'),
  tried: () =>
    say(
      'expect:"user" without proof; the subject of another visitor and a made-up session name as visitor id',
      '不带证明而发送 expect:"user"；把另一位访客的 subject 和编造的会话名当作访客 ID',
    ),
  cure: () =>
    say(
      'Answer expect:"user" without a signed-in user with 401, and put the kind of visitor into the derived session name.',
      '用户没有登录时，对 expect:"user" 返回 401；推导会话名时，把访客的类型也算进去。',
    ),
  async run({ strangers, users, endpoint, coze, field }) {
    const expected = await endpoint.ask({ body: { [field]: randomId(), expect: 'user' } })
    const { kind } = expected.json
    const [stranger] = users.length > 0 ? users : strangers()
    if (kind === undefined && stranger?.subject === undefined) {
      return notApplicable(
        say(
          'the replies do not tell users from anonymous visitors (kind, subject)',
          '应答不区分登录用户和匿名访客（kind、subject）',
        ),
      )
    }
    if (expected.token !== undefined && kind !== undefined) {
      return hole(
        say(
          `expect:"user" without any proof gets a token of kind "${String(kind)}"`,
          `不带任何证明的 expect:"user" 得到了类型为 "${String(kind)}" 的令牌`,
        ),
      )
    }
    const namedLikeUser = `u1_${randomId()}${randomId().slice(1)}`
    for (const name of [stranger?.subject, namedLikeUser].filter((text) => text !== undefined)) {
      const answer = await endpoint.ask({ body: { [field]: name } })
      if (answer.token === undefined) continue
      if (answer.json['kind'] === 'user')
        return hole(say('a made-up id gets a token of kind "user"', '编造的 ID 得到了类型为 "user" 的令牌'))
      if (stranger !== undefined && (await coze.shareHistory(await stranger.token(), answer.token))) {
        return hole(
          say(
            'whoever sends the subject of another visitor gets the history of that visitor',
            '发送另一位访客的 subject，就能得到那位访客的历史',
          ),
        )
      }
    }
    return ok(say('neither gives access to anything', '两种做法都得不到任何访问权'))
  },
}

const FORGED_IDENTITY: Attack = {
  id: 'T15',
  title: () => say('A forged identity token', '伪造身份令牌'),
  tried: () =>
    say(
      'tokens without signature, signed with a guessed secret, with a key of our own in jwk and jku, and a genuine one with another user in it',
      '没有签名的令牌、用猜到的密钥签名的令牌、在 jwk 和 jku 中自带密钥的令牌，以及把用户改成另一位的真实令牌',
    ),
  cure: () =>
    say(
      'Fix the algorithms and the keys in the configuration, and read nothing from the header of the token but kid.',
      '在配置中固定算法和密钥；令牌头部除 kid 外一律不读。',
    ),
  async run(scene) {
    const [a] = scene.strangers()
    const forgeries = await forgedIdentities(scene)
    for (const [name, token] of forgeries) {
      const request = { headers: { authorization: `Bearer ${token}` } }
      const answer = await a.ask(request)
      if (answer.token === undefined) continue
      const { kind } = answer.json
      if (kind === 'user' || (kind === undefined && (await givesOneHistory(scene, request))))
        return hole(say(`the service believes a token ${name}`, `服务采信了${name}的令牌`))
    }
    return ok(say(`${forgeries.length} forgeries prove nothing`, `${forgeries.length} 个伪造的令牌都不被采信`))
  },
}

async function forgedIdentities({ users, clock, endpoint }: Scene): Promise<[string, string][]> {
  const now = Math.floor(clock.now() / 1000)
  const genuine = users.flatMap((user) => bearerJwt(user) ?? [])[0]
  const known = genuine === undefined ? { iss: endpoint.origin, aud: 'coze-chat' } : decodeJwt(genuine)
  const claims = { ...known, sub: MADE_UP_NAME, iat: now, exp: now + 300 }
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = await exportJWK(keys.publicKey)
  const signed = (header: object, key: KeyObject | Uint8Array, alg: string) =>
    new SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT', ...header }).sign(key)
  const secret = (text: string) => new TextEncoder().encode(text)
  const tokens: [string, string][] = [
    [say('without a signature (alg none)', '没有签名（alg none）'), new UnsecuredJWT(claims).encode()],
    [say('signed with the secret "secret"', '以 "secret" 为密钥签名'), await signed({}, secret('secret'), 'HS256')],
    [
      say('signed with the secret "changeme"', '以 "changeme" 为密钥签名'),
      await signed({}, secret('changeme'), 'HS256'),
    ],
    [
      say('signed with a key in its own header (jwk)', '以自身头部的密钥（jwk）签名'),
      await signed({ jwk }, keys.privateKey, 'RS256'),
    ],
    [
      say('signed with a key it points to (jku)', '以自身头部所指的密钥（jku）签名'),
      await signed({ jku: 'https://evil.example' }, keys.privateKey, 'RS256'),
    ],
  ]
  if (genuine !== undefined) {
    const [header = '', , signature = ''] = genuine.split('.')
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url')
    tokens.push([
      say('with another user under the old signature', '换了用户而沿用旧签名'),
      `${header}.${forged}.${signature}`,
    ])
  }
  return tokens
}

const SHARED_NAMES: Attack = {
  id: 'T21',
  title: () => say('Two sites share session names', '两个网站共用会话名'),
  tried: () =>
    say(
      'the same visitor id, and the same user, at the token endpoint of the other site',
      '以同一个访客 ID 和同一位用户，请求另一个网站的令牌接口',
    ),
  cure: () =>
    say(
      'Give each site or agent a tenant of its own, which enters the session name.',
      '为每个网站或智能体设置不同的 tenant：会话名由它参与推导。',
    ),
  async run({ otherEndpoint, strangers, users, field, coze }) {
    if (otherEndpoint === undefined)
      return notApplicable(
        say(
          'this check needs --other-token-url, the token endpoint of a second site on the same Coze account',
          '此项检查需要 --other-token-url，即同一扣子账号下另一个网站的令牌接口',
        ),
      )
    for (const visitor of [...users, ...strangers()]) {
      const { token } = await otherEndpoint.ask({
        body: { [field]: visitor.credential },
        headers: visitor.proof,
      })
      if (token !== undefined && (await coze.shareHistory(await visitor.token(), token))) {
        return hole(
          say('the other site opens the history that was written at this one', '在另一个网站能打开本网站的历史'),
        )
      }
    }
    return ok(say('the other site opens no history of this one', '在另一个网站打不开本网站的任何历史'))
  },
}

export const IDENTITY_ATTACKS = [NAMING, REACHING_A_USER, ...VISITOR_ID_ATTACKS, FORGED_IDENTITY, SHARED_NAMES]
