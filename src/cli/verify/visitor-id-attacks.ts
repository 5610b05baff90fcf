/** Attacks on the ids by which anonymous visitors are known: guessed, forged and planted ones. */
import { listed, say } from '../say.ts'
import { type Attack, hole, notApplicable, ok } from './attack.ts'
import { randomId, type Scene } from './scene.ts'
import { givesOneHistory, requireSeparateStrangers } from './shared-history.ts'
import type { ProbeRequest } from './token-endpoint-probe.ts'

const TICKETS_COMPARED = 12
/** Base64 characters of 64 bits, the least that OWASP allows for a session id: https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html */
const LEAST_RANDOM_CHARACTERS = 11

const GUESSING: Attack = {
  id: 'T3',
  title: () => say('Ids are guessed or counted up', '猜测或逐个枚举 ID'),
  tried: () =>
    say(
      'ids that the service makes are compared; short and made-up ids are presented',
      '比较服务生成的 ID；再提交过短的和编造的 ID',
    ),
  cure: () =>
    say(
      'Let the service make the ids (signed tickets of 128 random bits), or take none below 21 random characters.',
      '由服务生成 ID（带签名的凭证，含 128 位随机数），或拒绝少于 21 个随机字符的 ID。',
    ),
  async run(scene) {
    if (scene.idsMadeBy === 'nobody') return notApplicable(say('strangers get no token', '匿名访客得不到令牌'))
    return scene.idsMadeBy === 'service' ? guessTickets(scene) : guessIds(scene)
  },
}

async function guessTickets({ newVisitor, endpoint, field }: Scene) {
  const issued: string[] = []
  while (issued.length < TICKETS_COMPARED) issued.push((await newVisitor()).credential)
  const random = varyingCharacters(issued)
  if (random < LEAST_RANDOM_CHARACTERS) {
    return hole(
      say(`only ${random} characters of a ticket differ from the next one`, `各个凭证之间只有 ${random} 个字符不同`),
    )
  }
  for (const ticket of issued) {
    const madeUp = ticket.replace(/[A-Za-z0-9_-]{16,}/g, (part) => randomId().repeat(8).slice(0, part.length))
    const answer = await endpoint.ask({ body: { [field]: madeUp } })
    if (answer.token !== undefined && answer.json['session_id'] === undefined)
      return hole(say('the service accepts a made-up ticket', '服务接受了编造的凭证'))
  }
  return ok(
    say(
      `${issued.length} tickets differ in ${random} characters; as many made-up ones open nothing`,
      `${issued.length} 个凭证之间有 ${random} 个字符不同；同样多的编造凭证什么也打不开`,
    ),
  )
}

/** Length of the ids without the characters that all have in common at both ends. */
function varyingCharacters(ids: readonly string[]): number {
  const [first = ''] = ids
  const commonLength = (characterAt: (id: string, index: number) => string | undefined) => {
    let length = 0
    while (length < first.length && ids.every((id) => characterAt(id, length) === characterAt(first, length))) length++
    return length
  }
  const commonStart = commonLength((id, index) => id[index])
  const commonEnd = commonLength((id, index) => id.at(-1 - index))
  return Math.max(0, first.length - commonStart - commonEnd)
}

async function guessIds(scene: Scene) {
  const { field, strangers, endpoint } = scene
  await requireSeparateStrangers(scene)
  const short = ['1', '42', 'user_1001', 'verify-7', 'a'.repeat(12)]
  const accepted: string[] = []
  for (const id of short) if (await givesOneHistory(scene, { body: { [field]: id } })) accepted.push(`"${id}"`)
  if (accepted.length > 0) {
    return hole(
      say(
        `the service takes ${listed(accepted)} for a visitor id: whoever counts up finds the history of others`,
        `服务接受 ${listed(accepted)} 作为访客 ID：逐个枚举就能找到别人的历史`,
      ),
    )
  }
  const [known] = strangers()
  const shape = (answer: { status: number; json: object }) =>
    `${answer.status} ${Object.keys(answer.json).sort().join(',')}`
  if (shape(await known.ask()) !== shape(await endpoint.ask({ body: { [field]: randomId() } }))) {
    return hole(say('the shape of a reply tells known ids from unknown ones', '从应答的结构就能看出 ID 是否存在'))
  }
  return ok(
    say(
      'short ids are refused, known and unknown ids get the same kind of reply',
      '过短的 ID 被拒绝；无论 ID 是否存在，应答的结构都一样',
    ),
  )
}

const FORGING: Attack = {
  id: 'T4',
  title: () => say('A ticket is forged or edited', '伪造或篡改凭证'),
  tried: () =>
    say(
      'a ticket of the service with one character changed, other spellings of its end, cut, lengthened, and with the signature of another',
      '把服务签发的凭证改动一个字符、改换末尾的写法、截短、加长，或换上另一个凭证的签名',
    ),
  cure: () =>
    say(
      'Sign tickets with HMAC over every part, compare with crypto.subtle.verify, and accept one spelling only.',
      '用 HMAC 对凭证的所有部分签名，用 crypto.subtle.verify 校验，并且只接受一种写法。',
    ),
  async run({ idsMadeBy, strangers, endpoint, field }) {
    if (idsMadeBy !== 'service') {
      return notApplicable(
        say('the service does not sign visitor ids, see T1 and T3', '服务不对访客 ID 签名，见 T1 和 T3'),
      )
    }
    const [a, b] = strangers()
    const forgeries = forgeriesOf(a.credential, b.credential)
    for (const [edit, ticket] of forgeries) {
      const answer = await endpoint.ask({ body: { [field]: ticket } })
      if (answer.token !== undefined && answer.json['session_id'] === undefined)
        return hole(say(`the service accepts a ticket ${edit}`, `服务接受了${edit}的凭证`))
    }
    return ok(
      say(
        `${forgeries.length} forgeries get a new visitor's session or nothing`,
        `${forgeries.length} 个伪造的凭证只得到新访客的会话，或者什么也得不到`,
      ),
    )
  },
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Edited copies of a ticket, each with a description of the edit. */
function forgeriesOf(ticket: string, other: string): [string, string][] {
  const edited = (at: number, character: string) => ticket.slice(0, at) + character + ticket.slice(at + 1)
  const step = Math.max(1, Math.floor(ticket.length / 24))
  const singles = [...ticket].flatMap((character, i): [string, string][] =>
    i % step === 0
      ? [[say(`with character ${i + 1} changed`, `第 ${i + 1} 个字符被改动`), edited(i, character === 'A' ? 'B' : 'A')]]
      : [],
  )
  // The last character of a base64url text has spare bits: several spellings decode to the same bytes.
  const last = BASE64URL.indexOf(ticket.at(-1) ?? '')
  const respelled = [1, 2, 3].map((bits): [string, string] => [
    say('whose end is spelled in another way', '末尾写法不同'),
    ticket.slice(0, -1) + (BASE64URL[last ^ bits] ?? 'A'),
  ])
  const signatureStart = (text: string) => text.lastIndexOf('.') + 1
  return [
    ...singles,
    ...respelled,
    [say('cut by one character', '截去一个字符'), ticket.slice(0, -1)],
    [say('lengthened by one character', '多出一个字符'), `${ticket}A`],
    [say('with "=" at its end', '末尾加了 "=" '), `${ticket}=`],
    [say('after a space', '前面加了空格'), ` ${ticket}`],
    [say('without its signature', '没有签名'), ticket.slice(0, signatureStart(ticket))],
    [
      say('with the signature of another one', '带有别人的签名'),
      ticket.slice(0, signatureStart(ticket)) + other.slice(signatureStart(other)),
    ],
  ]
}

const FIXATION: Attack = {
  id: 'T6',
  title: () => say('The victim is given the id of the attacker', '让受害者使用攻击者的 ID'),
  tried: () =>
    say(
      'the visitor id of A is planted by URL, cookie and header; a user signs in while holding it',
      '通过网址、cookie 和请求头植入 A 的访客 ID；用户带着它登录',
    ),
  cure: () =>
    say(
      'Read the visitor id from the body alone, and derive the session of a user from the user alone.',
      '访客 ID 只从请求体读取；登录用户的会话只由用户身份推导。',
    ),
  async run({ idsMadeBy, strangers, endpoint, coze, field, users }) {
    if (idsMadeBy === 'nobody') return notApplicable(say('strangers have no id here', '这里的匿名访客没有 ID'))
    const [attacker] = strangers()
    const { credential } = attacker
    const planted: [string, ProbeRequest][] = [
      [say('the URL', '网址'), { query: `?${field}=${encodeURIComponent(credential)}` }],
      [say('the URL', '网址'), { query: `?coze_session_id=${encodeURIComponent(credential)}` }],
      [say('a cookie', ' cookie '), { headers: { cookie: `${field}=${credential}; coze_session_id=${credential}` } }],
      [say('a header', '请求头'), { headers: { 'x-session-id': credential } }],
    ]
    for (const [place, request] of planted) {
      const { token } = await endpoint.ask(request)
      if (token !== undefined && (await coze.shareHistory(await attacker.token(), token))) {
        return hole(
          say(
            `the service reads the visitor id from ${place}: a link is enough to plant one`,
            `服务从${place}读取访客 ID：一个链接就足以植入`,
          ),
        )
      }
    }
    const [victim] = users
    if (victim === undefined) {
      return ok(
        say(
          'no channel plants an id (signing in was not tried: give --bearer or --cookie)',
          '没有途径能植入 ID（未测试登录：需给出 --bearer 或 --cookie）',
        ),
      )
    }
    const signedIn = await victim.token({ body: { [field]: credential } })
    if (await coze.shareHistory(signedIn, await attacker.token())) {
      return hole(
        say(
          'after signing in the victim still writes into the session of the attacker',
          '登录之后，受害者仍在攻击者的会话中对话',
        ),
      )
    }
    return ok(say('no channel plants an id, and signing in leaves it behind', '没有途径能植入 ID，登录后也不会沿用它'))
  },
}

export const VISITOR_ID_ATTACKS = [GUESSING, FORGING, FIXATION]
