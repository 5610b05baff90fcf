/** The token service under test and visitors of it, as the attacks find them. */
import { randomBytes } from 'node:crypto'
import { CozeChatError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { IDENTITY_FIELDS } from '../../protocol/token-endpoint.ts'
import { say } from '../say.ts'
import type { CozeProbe, ProbedTarget } from './coze-probe.ts'
import type { ProbeReply, ProbeRequest, TokenEndpointProbe } from './token-endpoint-probe.ts'

/** Somebody who asks for tokens, with the credential that proves who they are. */
export interface Visitor {
  /** The visitor id, ticket or made-up id by which the service knows them. */
  readonly credential: string
  /** `subject` of the token response. */
  readonly subject: string | undefined
  /** Headers that prove who they are; empty for an anonymous visitor. */
  readonly proof: UserProof
  /** Whether the service set a cookie beside the credential. */
  readonly boundToCookie: boolean
  /** Asks for a token; `body` and `headers` are added to those of the visitor. */
  ask(request?: ProbeRequest): Promise<ProbeReply>
  /** @throws CozeChatError `bad_response` */
  token(request?: ProbeRequest): Promise<string>
}

/** Headers that prove who a signed-in test user is. */
export type UserProof = Readonly<Record<string, string>>

/** The service under test and its visitors. */
export interface Scene {
  readonly endpoint: TokenEndpointProbe
  readonly coze: CozeProbe
  readonly target: ProbedTarget | undefined
  readonly clock: Clock
  /** Field in which the service reads the visitor's id. */
  readonly field: string
  /** Who makes the ids of anonymous visitors: the service, the browser, or nobody where anonymous visitors get no token. */
  readonly idsMadeBy: 'service' | 'browser' | 'nobody'
  /** Signed-in test users. */
  readonly users: readonly Visitor[]
  /** Token endpoint of another site on the same Coze account. */
  readonly otherEndpoint: TokenEndpointProbe | undefined
  /** New visitors of the flood; 0 leaves it out. */
  readonly floodSize: number
  /** Brings a new anonymous visitor. @throws NotJudgeable where anonymous visitors get no token */
  newVisitor(): Promise<Visitor>
  /** Two visitors who have nothing to do with each other: anonymous ones, else two users. @throws NotJudgeable without two */
  readonly strangers: () => readonly [Visitor, Visitor]
}

/** Something is missing for a verdict; the message says what. */
export class NotJudgeable extends Error {
  override readonly name = 'NotJudgeable'
}

export interface SceneOptions {
  endpoint: TokenEndpointProbe
  otherEndpoint: TokenEndpointProbe | undefined
  coze: CozeProbe
  target: ProbedTarget | undefined
  clock: Clock
  /** Undefined: found out by asking. */
  field: string | undefined
  proofs: readonly UserProof[]
  floodSize: number
}

/** 128 random bits, in characters that every service accepts in an id. */
export const randomId = () => randomBytes(16).toString('base64url')

/**
 * Finds out how the service tells its visitors apart, and brings two of them.
 * @throws CozeChatError `bad_response` when nobody gets a token
 */
export async function openScene(options: SceneOptions): Promise<Scene> {
  const { endpoint, proofs } = options
  const found = await findField(options)
  const field = found?.field ?? 'session_id'
  const idsMadeBy =
    found === undefined ? 'nobody' : typeof found.answer.json['session_id'] === 'string' ? 'service' : 'browser'

  async function bringVisitor(proof: UserProof): Promise<Visitor> {
    const madeUp = randomId()
    const answer = await endpoint.ask({ body: { [field]: madeUp }, headers: proof })
    if (answer.token === undefined) throw noToken(endpoint, answer)
    const { session_id: issued, subject } = answer.json
    const credential = typeof issued === 'string' ? issued : madeUp
    return createVisitor(endpoint, {
      field,
      proof,
      credential,
      subject: typeof subject === 'string' ? subject : undefined,
      cookie: cookieHeader(proof, answer),
    })
  }

  const users: Visitor[] = []
  for (const proof of proofs) users.push(await bringVisitor(proof))
  const anonymous = idsMadeBy === 'nobody' ? [] : [await bringVisitor({}), await bringVisitor({})]
  return {
    ...options,
    field,
    idsMadeBy,
    users,
    newVisitor: () => {
      if (idsMadeBy === 'nobody') throw new NotJudgeable(say('strangers get no token here', '这里的匿名访客得不到令牌'))
      return bringVisitor({})
    },
    strangers: () => {
      const [one, other] = anonymous.length > 0 ? anonymous : users
      if (one !== undefined && other !== undefined) return [one, other]
      throw new NotJudgeable(
        say(
          'this check needs two signed-in test users: give --bearer (or --cookie) twice',
          '此项检查需要两位已登录的测试用户：请给出两次 --bearer（或 --cookie）',
        ),
      )
    },
  }
}

/** Asks with the field of our widget, then with those of back ends that believe a name. */
async function findField({ endpoint, field, proofs }: SceneOptions) {
  const candidates = field === undefined ? ['session_id', ...IDENTITY_FIELDS] : [field]
  let first: ProbeReply | undefined
  for (const candidate of candidates) {
    const answer = await endpoint.ask({ body: { [candidate]: randomId() } })
    if (answer.token !== undefined) return { field: candidate, answer }
    first ??= answer
  }
  if (proofs.length > 0) return undefined
  throw noToken(endpoint, first)
}

function createVisitor(
  endpoint: TokenEndpointProbe,
  who: { field: string; credential: string; subject: string | undefined; proof: UserProof; cookie: UserProof },
): Visitor {
  const ask = (request: ProbeRequest = {}) =>
    endpoint.ask({
      ...request,
      body: typeof request.body === 'string' ? request.body : { [who.field]: who.credential, ...request.body },
      headers: { ...who.proof, ...who.cookie, ...request.headers },
    })
  return {
    credential: who.credential,
    subject: who.subject,
    proof: who.proof,
    boundToCookie: who.cookie['cookie'] !== undefined,
    ask,
    async token(request) {
      const answer = await ask(request)
      if (answer.token === undefined) throw noToken(endpoint, answer)
      return answer.token
    },
  }
}

/** The cookies that a browser sends back: a ticket may be bound to one. */
function cookieHeader(proof: UserProof, answer: ProbeReply): UserProof {
  const set = answer.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0] ?? '')
  const own = proof['cookie']
  return set.length === 0 ? {} : { cookie: [...(own === undefined ? [] : [own]), ...set].join('; ') }
}

function noToken({ url, origin }: TokenEndpointProbe, answer: ProbeReply | undefined): CozeChatError {
  const code = typeof answer?.json['error'] === 'string' ? ` ${answer.json['error']}` : ''
  return new CozeChatError(
    'bad_response',
    say(
      `${url.href} answered ${answer?.status ?? 'nothing'}${code} and no token to a page of ${origin}. ` +
        'Check that --token-url is the token endpoint. For pages of another origin give --origin, for a site without anonymous visitors --bearer or --cookie.',
      `对于来源（origin）为 ${origin} 的页面，${url.href} 返回了 ${answer?.status ?? '空应答'}${code}，没有给出令牌。` +
        '请确认 --token-url 是令牌接口。页面在其他来源时，请给出 --origin；网站不接受匿名访客时，请给出 --bearer 或 --cookie。',
    ),
  )
}

/** The JWT that a user proves themselves with; undefined for other proofs. */
export function bearerJwt({ proof }: Visitor): string | undefined {
  return /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(proof['authorization'] ?? '')?.[1]
}
