import { randomBytes } from 'node:crypto'
import { IDENTITY_FIELDS } from '../../contract.ts'
import { CozeChatError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { CozeProbe, ProbedTarget } from './coze-probe.ts'
import type { ProbeAnswer, ProbeRequest, TokenEndpointProbe } from './token-endpoint-probe.ts'

/** Somebody who asks for tokens, with what he has in hand. */
export interface Visitor {
  /** What the service knows him by. */
  readonly credential: string
  readonly subject: string | undefined
  /** Headers that say who he is, if he is signed in. */
  readonly proof: UserProof
  /** Whether a cookie was set with his credential. */
  readonly boundToCookie: boolean
  /** `body` and `headers` are added to his own. */
  ask(request?: ProbeRequest): Promise<ProbeAnswer>
  /** @throws CozeChatError `bad_response` */
  token(request?: ProbeRequest): Promise<string>
}

/** Headers that prove a signed-in test user. */
export type UserProof = Readonly<Record<string, string>>

/** The service under test, and the people in front of it. */
export interface Scene {
  readonly endpoint: TokenEndpointProbe
  readonly coze: CozeProbe
  readonly target: ProbedTarget | undefined
  readonly clock: Clock
  /** Field in which the service reads the visitor's id. */
  readonly field: string
  /** Who makes the ids of anonymous visitors: the service, the browser, or nobody (a user is needed). */
  readonly idsMadeBy: 'service' | 'browser' | 'nobody'
  readonly users: readonly Visitor[]
  /** The same question at another site of the same Coze account. */
  readonly otherEndpoint: TokenEndpointProbe | undefined
  /** How many new visitors a flood is. */
  readonly floodSize: number
  /** A new anonymous one. */
  newVisitor(): Promise<Visitor>
  /** Two people who have nothing to do with each other. @throws NotJudgeable */
  readonly strangers: () => readonly [Visitor, Visitor]
}

/** What is missing for a verdict. */
export class NotJudgeable extends Error {
  override readonly name = 'NotJudgeable'
}

export interface SceneOptions {
  endpoint: TokenEndpointProbe
  otherEndpoint: TokenEndpointProbe | undefined
  coze: CozeProbe
  target: ProbedTarget | undefined
  clock: Clock
  /** Default: found out by asking. */
  field: string | undefined
  proofs: readonly UserProof[]
  floodSize: number
}

/** 128 bits, in letters that every service takes for an id of the widget's. */
export const randomId = () => randomBytes(16).toString('base64url')

/**
 * Finds out how the service knows its visitors, and brings two of them.
 * @throws CozeChatError `bad_response` when nobody gets a token.
 */
export async function openScene(options: SceneOptions): Promise<Scene> {
  const { endpoint, proofs } = options
  const found = await findField(options)
  const field = found?.field ?? 'session_id'
  const idsMadeBy =
    found === undefined ? 'nobody' : typeof found.answer.json['session_id'] === 'string' ? 'service' : 'browser'

  async function meet(proof: UserProof): Promise<Visitor> {
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
  for (const proof of proofs) users.push(await meet(proof))
  const anonymous = idsMadeBy === 'nobody' ? [] : [await meet({}), await meet({})]
  return {
    ...options,
    field,
    idsMadeBy,
    users,
    newVisitor: () => {
      if (idsMadeBy === 'nobody') throw new NotJudgeable('Strangers get no token here.')
      return meet({})
    },
    strangers: () => {
      const [one, other] = anonymous.length > 0 ? anonymous : users
      if (one !== undefined && other !== undefined) return [one, other]
      throw new NotJudgeable('Needs two signed-in test users: give --bearer (or --cookie) twice.')
    },
  }
}

/** Asks as our widget does; failing that, as the pages of back ends that believe a name. */
async function findField({ endpoint, field, proofs }: SceneOptions) {
  const candidates = field === undefined ? ['session_id', ...IDENTITY_FIELDS] : [field]
  let first: ProbeAnswer | undefined
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

/** A browser sends back what was set (tickets may be bound to a cookie). */
function cookieHeader(proof: UserProof, answer: ProbeAnswer): UserProof {
  const set = answer.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0] ?? '')
  const own = proof['cookie']
  return set.length === 0 ? {} : { cookie: [...(own === undefined ? [] : [own]), ...set].join('; ') }
}

function noToken({ url, origin }: TokenEndpointProbe, answer: ProbeAnswer | undefined): CozeChatError {
  const code = typeof answer?.json['error'] === 'string' ? ` ${answer.json['error']}` : ''
  return new CozeChatError(
    'bad_response',
    `${url.href} answered ${answer?.status ?? 'nothing'}${code} and no token to a page of ${origin}. ` +
      'Is it the token endpoint? Pages elsewhere need --origin, sites without anonymous visitors --bearer or --cookie.',
  )
}

/** The identity token of a signed-in user, where it is one. */
export function bearerJwt({ proof }: Visitor): string | undefined {
  return /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(proof['authorization'] ?? '')?.[1]
}
