/** `coze-chat-widget verify`: runs the guide's isolation test and the attacks of docs/threats.md against a running service. */
import { CozeChatError } from '../../errors.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import { readApiBase } from '../../protocol/read-api-base.ts'
import { failureName } from '../../server/resilience/at-fault.ts'
import { createReport, type Finding, type Report } from '../report/findings.ts'
import { listed, say } from '../say.ts'
import { type Attack, judge } from './attack.ts'
import { BROWSER_ATTACKS } from './browser-attacks.ts'
import { COST_ATTACKS } from './cost-attacks.ts'
import { createCozeProbe, type ProbedTarget } from './coze-probe.ts'
import { IDENTITY_ATTACKS } from './identity-attacks.ts'
import { GUIDE_CONVERSATION } from './isolation.ts'
import { LIFETIME_ATTACKS } from './lifetime-attacks.ts'
import { openScene, type UserProof } from './scene.ts'
import { createTokenEndpointProbe, type TokenEndpointProbe } from './token-endpoint-probe.ts'

export interface VerifyOptions {
  /** Where the widget asks for its token. */
  tokenUrl: string
  /** Token endpoint of a second site on the same Coze account. */
  otherTokenUrl?: string
  /** Open API, or the path of our gateway as a whole address. Default: as the service says, otherwise `https://api.coze.cn`. */
  apiBase?: string
  /** The agent to talk to; or `appId` and `workflowId`. Without either the conversation is left out. */
  botId?: string
  appId?: string
  workflowId?: string
  /** Origin of the pages with the widget. Default: that of `tokenUrl`. */
  origin?: string
  /** Field in which the service reads the visitor's id. Default: found out by asking. */
  tokenField?: string
  /** Identity tokens of signed-in test users. */
  bearer?: readonly string[]
  /** Cookies of signed-in test users. */
  cookie?: readonly string[]
  /** New visitors of the flood; 0 leaves it out. Default 300. */
  flood?: number
  /** Ids of the checks to make. Default: all. */
  only?: readonly string[]
  fetch?: typeof globalThis.fetch
  clock?: Clock
}

const DEFAULT_FLOOD = 300

/** In the order in which they are made: what uses up the limits of the service comes last. */
const CHECKS: readonly Attack[] = [
  GUIDE_CONVERSATION,
  ...IDENTITY_ATTACKS,
  ...BROWSER_ATTACKS,
  ...LIFETIME_ATTACKS,
  ...COST_ATTACKS,
]

/** @throws CozeChatError `invalid_options`, or `bad_response` when the service gives nobody a token */
export async function verify(options: VerifyOptions): Promise<Report> {
  const { clock = systemClock, bearer = [], cookie = [] } = options
  const fetch = explainingFetch((input, init) => (options.fetch ?? globalThis.fetch)(input, init))
  const url = parseUrl('--token-url', options.tokenUrl)
  const origin = options.origin === undefined ? url.origin : parseUrl('--origin', options.origin).origin
  const target = targetOf(options)
  const chosen = choose(options.only)
  const endpoint = createTokenEndpointProbe({ url, origin, fetch, clock })
  const proofs = [
    ...bearer.map((token) => ({ authorization: `Bearer ${token}` })),
    ...cookie.map((text) => ({ cookie: text })),
  ]
  const apiBase = parseUrl('--api-base', options.apiBase ?? (await saidApiBase(endpoint, proofs)))
  const coze = createCozeProbe({
    apiBase: apiBase.href.replace(/\/+$/, ''),
    target,
    origin: apiBase.origin === url.origin ? origin : undefined,
    fetch,
  })
  const scene = await openScene({
    endpoint,
    otherEndpoint:
      options.otherTokenUrl === undefined
        ? undefined
        : createTokenEndpointProbe({ url: parseUrl('--other-token-url', options.otherTokenUrl), origin, fetch, clock }),
    coze,
    target,
    clock,
    field: options.tokenField,
    proofs,
    floodSize: options.flood ?? DEFAULT_FLOOD,
  })
  const findings: Finding[] = []
  for (const check of chosen) findings.push(await judge(check, scene))
  await coze.tidyUp()
  return createReport(say(`Token service at ${url.href}`, `令牌服务：${url.href}`), findings.sort(byId))
}

/** Where the service says that its tokens are good, as the widget takes it where the page says nothing. */
async function saidApiBase(endpoint: TokenEndpointProbe, [proof]: readonly UserProof[]): Promise<string> {
  const { json } = await endpoint.ask({ headers: proof ?? {} })
  const said = json['api_base']
  return (typeof said === 'string' && readApiBase(said, endpoint.url.href)) || 'https://api.coze.cn'
}

function choose(only: readonly string[] | undefined): readonly Attack[] {
  if (only === undefined) return CHECKS
  const known = CHECKS.map(({ id }) => id)
  const unknown = only.filter((id) => !known.includes(id))
  if (unknown.length === 0) return CHECKS.filter(({ id }) => only.includes(id))
  throw new CozeChatError(
    'invalid_options',
    say(
      `--only knows no ${listed(unknown)}; choose from ${listed(known)}.`,
      `--only 中的 ${listed(unknown)} 不存在；请从 ${listed(known)} 中选择。`,
    ),
  )
}

/** A `fetch` whose failures say in one sentence who did not answer. */
function explainingFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init)
    } catch (cause) {
      const { origin } = new URL(input instanceof Request ? input.url : input)
      const name = failureName(cause)
      throw new CozeChatError(
        'network',
        say(`${origin} did not answer (${name}).`, `${origin} 没有应答（${name}）。`),
        {
          cause,
        },
      )
    }
  }
}

function targetOf({ botId, appId, workflowId }: VerifyOptions): ProbedTarget | undefined {
  if (botId !== undefined) return { botId }
  if (appId !== undefined && workflowId !== undefined) return { appId, workflowId }
  if (appId === undefined && workflowId === undefined) return undefined
  throw new CozeChatError(
    'invalid_options',
    say(
      'A chatflow needs both --app-id and --workflow-id: give the one that is missing.',
      '对话流需要同时给出 --app-id 和 --workflow-id：请补上缺少的那个。',
    ),
  )
}

function parseUrl(option: string, text: string): URL {
  if (URL.canParse(text)) {
    const url = new URL(text)
    if (url.protocol === 'https:' || url.protocol === 'http:') return url
  }
  throw new CozeChatError(
    'invalid_options',
    say(
      `${option} must be a whole address such as https://shop.example/api/coze/token.`,
      `${option} 必须是完整的地址，例如 https://shop.example/api/coze/token`,
    ),
  )
}

/** Orders the guide's conversation first, then T1, T2 and so on. */
function byId(a: { id: string }, b: { id: string }): number {
  const number = (id: string) => Number(/^T(\d+)$/.exec(id)?.[1] ?? 0)
  return number(a.id) - number(b.id)
}
