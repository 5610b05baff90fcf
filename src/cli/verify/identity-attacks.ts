/** Attacks on who a visitor is: named, guessed, forged, planted and shared identities. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { decodeJwt, exportJWK, SignJWT, UnsecuredJWT } from 'jose'
import { IDENTITY_FIELDS } from '../../protocol/token-endpoint.ts'
import { type Attack, hole, notApplicable, ok } from './attack.ts'
import { bearerJwt, NotJudgeable, randomId, type Scene } from './scene.ts'
import type { ProbeRequest } from './token-endpoint-probe.ts'

/** No user of the site under test has this name. */
const MADE_UP_NAME = 'alice-of-verify'
const TICKETS_COMPARED = 12
/** Base64 characters of 64 bits, the least that OWASP allows for a session id: https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html */
const LEAST_RANDOM_CHARACTERS = 11

const PLACES: readonly [string, (name: string) => ProbeRequest][] = [
  ['body', (name) => ({ body: { [name]: MADE_UP_NAME } })],
  ['nested in the body', (name) => ({ body: { user: { [name]: MADE_UP_NAME } } })],
  ['query', (name) => ({ query: `?${name}=${MADE_UP_NAME}` })],
  ['header', (name) => ({ headers: { [name.replace('_', '-')]: MADE_UP_NAME } })],
]
const WAYS_TO_NAME_A_USER: readonly [string, ProbeRequest][] = [
  ...IDENTITY_FIELDS.flatMap((name) =>
    PLACES.map(([place, request]): [string, ProbeRequest] => [`${name} in ${place}`, request(name)]),
  ),
  ['X-User-Id header', { headers: { 'x-user-id': MADE_UP_NAME } }],
  ['user_id cookie', { headers: { cookie: `user_id=${MADE_UP_NAME}` } }],
]

/** Whether two strangers who send the same request get one history. */
async function givesOneHistory({ strangers, coze }: Scene, request: ProbeRequest): Promise<boolean> {
  const [a, b] = strangers()
  const [one, other] = [await a.ask(request), await b.ask(request)]
  if (one.token === undefined || other.token === undefined) return false
  return coze.shareHistory(one.token, other.token)
}

/** @throws NotJudgeable where two strangers share one history whatever they send */
async function requireSeparateStrangers({ strangers, coze }: Scene): Promise<void> {
  const [a, b] = strangers()
  if (await coze.shareHistory(await a.token(), await b.token())) {
    throw new NotJudgeable('two strangers share one history whatever they send, see "guide"')
  }
}

const NAMING: Attack = {
  id: 'T1',
  title: 'A request names a user',
  tried: `two strangers send ${IDENTITY_FIELDS.join(', ')} = "${MADE_UP_NAME}" in body, query, header and cookie`,
  cure: 'Take the user from the session of the site (identify) or from a signed identity token, never from the request; refuse such fields with 400.',
  async run(scene) {
    await requireSeparateStrangers(scene)
    const believed: string[] = []
    for (const [way, request] of WAYS_TO_NAME_A_USER) if (await givesOneHistory(scene, request)) believed.push(way)
    if (believed.length === 0) return ok(`none of ${WAYS_TO_NAME_A_USER.length} ways is believed`)
    return hole(`the service believes ${believed.join(', ')}: whoever knows a name reads its history`)
  },
}

const REACHING_A_USER: Attack = {
  id: 'T2',
  title: 'An anonymous visitor reaches the session of a user',
  tried: 'expect:"user" without proof; the subject of another visitor and a made-up session name as visitor id',
  cure: 'Answer expect:"user" without a signed-in user with 401, and put the kind of visitor into the derived session name.',
  async run({ strangers, users, endpoint, coze, field }) {
    const expected = await endpoint.ask({ body: { [field]: randomId(), expect: 'user' } })
    const { kind } = expected.json
    const [stranger] = users.length > 0 ? users : strangers()
    if (kind === undefined && stranger?.subject === undefined) {
      return notApplicable('the replies do not tell users from anonymous visitors (kind, subject)')
    }
    if (expected.token !== undefined && kind !== undefined) {
      return hole(`expect:"user" without any proof gets a token of kind "${String(kind)}"`)
    }
    const namedLikeUser = `u1_${randomId()}${randomId().slice(1)}`
    for (const name of [stranger?.subject, namedLikeUser].filter((text) => text !== undefined)) {
      const answer = await endpoint.ask({ body: { [field]: name } })
      if (answer.token === undefined) continue
      if (answer.json['kind'] === 'user') return hole('a made-up id gets a token of kind "user"')
      if (stranger !== undefined && (await coze.shareHistory(await stranger.token(), answer.token))) {
        return hole('whoever sends the subject of another visitor gets the history of that visitor')
      }
    }
    return ok('neither gives access to anything')
  },
}

const GUESSING: Attack = {
  id: 'T3',
  title: 'Ids are guessed or counted up',
  tried: 'ids that the service makes are compared; short and made-up ids are presented',
  cure: 'Let the service make the ids (signed tickets of 128 random bits), or take none below 21 random characters.',
  async run(scene) {
    if (scene.idsMadeBy === 'nobody') return notApplicable('strangers get no token')
    return scene.idsMadeBy === 'service' ? guessTickets(scene) : guessIds(scene)
  },
}

async function guessTickets({ newVisitor, endpoint, field }: Scene) {
  const issued: string[] = []
  while (issued.length < TICKETS_COMPARED) issued.push((await newVisitor()).credential)
  const random = varyingCharacters(issued)
  if (random < LEAST_RANDOM_CHARACTERS) return hole(`only ${random} characters of a ticket differ from the next one`)
  for (const ticket of issued) {
    const madeUp = ticket.replace(/[A-Za-z0-9_-]{16,}/g, (part) => randomId().repeat(8).slice(0, part.length))
    const answer = await endpoint.ask({ body: { [field]: madeUp } })
    if (answer.token !== undefined && answer.json['session_id'] === undefined)
      return hole('the service accepts a made-up ticket')
  }
  return ok(`${issued.length} tickets differ in ${random} characters; as many made-up ones open nothing`)
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
      `the service takes ${accepted.join(', ')} for a visitor id: whoever counts up finds the history of others`,
    )
  }
  const [known] = strangers()
  const shape = (answer: { status: number; json: object }) =>
    `${answer.status} ${Object.keys(answer.json).sort().join(',')}`
  if (shape(await known.ask()) !== shape(await endpoint.ask({ body: { [field]: randomId() } }))) {
    return hole('the shape of a reply tells known ids from unknown ones')
  }
  return ok('short ids are refused, known and unknown ids get the same kind of reply')
}

const FORGING: Attack = {
  id: 'T4',
  title: 'A ticket is forged or edited',
  tried:
    'a ticket of the service with one character changed, other spellings of its end, cut, lengthened, and with the signature of another',
  cure: 'Sign tickets with HMAC over every part, compare with crypto.subtle.verify, and accept one spelling only.',
  async run({ idsMadeBy, strangers, endpoint, field }) {
    if (idsMadeBy !== 'service') return notApplicable('the service does not sign visitor ids, see T1 and T3')
    const [a, b] = strangers()
    const forgeries = forgeriesOf(a.credential, b.credential)
    for (const [edit, ticket] of forgeries) {
      const answer = await endpoint.ask({ body: { [field]: ticket } })
      if (answer.token !== undefined && answer.json['session_id'] === undefined)
        return hole(`the service accepts a ticket ${edit}`)
    }
    return ok(`${forgeries.length} forgeries get a new visitor's session or nothing`)
  },
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Edited copies of a ticket, each with a description of the edit. */
function forgeriesOf(ticket: string, other: string): [string, string][] {
  const edited = (at: number, character: string) => ticket.slice(0, at) + character + ticket.slice(at + 1)
  const step = Math.max(1, Math.floor(ticket.length / 24))
  const singles = [...ticket].flatMap((character, i): [string, string][] =>
    i % step === 0 ? [[`with character ${i + 1} changed`, edited(i, character === 'A' ? 'B' : 'A')]] : [],
  )
  // The last character of a base64url text has spare bits: several spellings decode to the same bytes.
  const last = BASE64URL.indexOf(ticket.at(-1) ?? '')
  const respelled = [1, 2, 3].map((bits): [string, string] => [
    'whose end is spelled in another way',
    ticket.slice(0, -1) + (BASE64URL[last ^ bits] ?? 'A'),
  ])
  const signatureStart = (text: string) => text.lastIndexOf('.') + 1
  return [
    ...singles,
    ...respelled,
    ['cut by one character', ticket.slice(0, -1)],
    ['lengthened by one character', `${ticket}A`],
    ['with "=" at its end', `${ticket}=`],
    ['after a space', ` ${ticket}`],
    ['without its signature', ticket.slice(0, signatureStart(ticket))],
    ['with the signature of another one', ticket.slice(0, signatureStart(ticket)) + other.slice(signatureStart(other))],
  ]
}

const FIXATION: Attack = {
  id: 'T6',
  title: 'The victim is given the id of the attacker',
  tried: 'the visitor id of A is planted by URL, cookie and header; a user signs in while holding it',
  cure: 'Read the visitor id from the body alone, and derive the session of a user from the user alone.',
  async run({ idsMadeBy, strangers, endpoint, coze, field, users }) {
    if (idsMadeBy === 'nobody') return notApplicable('strangers have no id here')
    const [attacker] = strangers()
    const { credential } = attacker
    const planted: [string, ProbeRequest][] = [
      ['the URL', { query: `?${field}=${encodeURIComponent(credential)}` }],
      ['the URL', { query: `?coze_session_id=${encodeURIComponent(credential)}` }],
      ['a cookie', { headers: { cookie: `${field}=${credential}; coze_session_id=${credential}` } }],
      ['a header', { headers: { 'x-session-id': credential } }],
    ]
    for (const [place, request] of planted) {
      const { token } = await endpoint.ask(request)
      if (token !== undefined && (await coze.shareHistory(await attacker.token(), token))) {
        return hole(`the service reads the visitor id from ${place}: a link is enough to plant one`)
      }
    }
    const [victim] = users
    if (victim === undefined) return ok('no channel plants an id (signing in was not tried: give --bearer or --cookie)')
    const signedIn = await victim.token({ body: { [field]: credential } })
    if (await coze.shareHistory(signedIn, await attacker.token())) {
      return hole('after signing in the victim still writes into the session of the attacker')
    }
    return ok('no channel plants an id, and signing in leaves it behind')
  },
}

const FORGED_IDENTITY: Attack = {
  id: 'T15',
  title: 'A forged identity token',
  tried:
    'tokens without signature, signed with a guessed secret, with a key of our own in jwk and jku, and a genuine one with another user in it',
  cure: 'Fix the algorithms and the keys in the configuration, and read nothing from the header of the token but kid.',
  async run(scene) {
    const [a] = scene.strangers()
    const forgeries = await forgedIdentities(scene)
    for (const [name, token] of forgeries) {
      const request = { headers: { authorization: `Bearer ${token}` } }
      const answer = await a.ask(request)
      if (answer.token === undefined) continue
      if (answer.json['kind'] === 'user') return hole(`the service believes a token ${name}`)
      if (answer.json['kind'] === undefined && (await givesOneHistory(scene, request)))
        return hole(`the service believes a token ${name}`)
    }
    return ok(`${forgeries.length} forgeries prove nothing`)
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
    ['without a signature (alg none)', new UnsecuredJWT(claims).encode()],
    ['signed with the secret "secret"', await signed({}, secret('secret'), 'HS256')],
    ['signed with the secret "changeme"', await signed({}, secret('changeme'), 'HS256')],
    ['signed with a key in its own header (jwk)', await signed({ jwk }, keys.privateKey, 'RS256')],
    ['signed with a key it points to (jku)', await signed({ jku: 'https://evil.example' }, keys.privateKey, 'RS256')],
  ]
  if (genuine !== undefined) {
    const [header = '', , signature = ''] = genuine.split('.')
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url')
    tokens.push(['with another user under the old signature', `${header}.${forged}.${signature}`])
  }
  return tokens
}

const SHARED_NAMES: Attack = {
  id: 'T21',
  title: 'Two sites share session names',
  tried: 'the same visitor id, and the same user, at the token endpoint of the other site',
  cure: 'Give each site or agent a tenant of its own, which enters the session name.',
  async run({ otherEndpoint, strangers, users, field, coze }) {
    if (otherEndpoint === undefined)
      return notApplicable(
        'this check needs --other-token-url, the token endpoint of a second site on the same Coze account',
      )
    for (const visitor of [...users, ...strangers()]) {
      const { token } = await otherEndpoint.ask({
        body: { [field]: visitor.credential },
        headers: visitor.proof,
      })
      if (token !== undefined && (await coze.shareHistory(await visitor.token(), token))) {
        return hole('the other site opens the history that was written at this one')
      }
    }
    return ok('the other site opens no history of this one')
  },
}

export const IDENTITY_ATTACKS = [NAMING, REACHING_A_USER, GUESSING, FORGING, FIXATION, FORGED_IDENTITY, SHARED_NAMES]
