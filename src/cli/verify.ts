/** `coze-chat-widget verify`: the guide's isolation test and the attacks of the threat list, against a running service. */
import { CozeChatError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { failureName } from './failure-name.ts'
import { createReport, type Report } from './findings.ts'
import { type Attack, judge } from './verify/attack.ts'
import { BROWSER_ATTACKS } from './verify/browser-attacks.ts'
import { COST_ATTACKS } from './verify/cost-attacks.ts'
import { createCozeProbe, type ProbedTarget } from './verify/coze-probe.ts'
import { IDENTITY_ATTACKS } from './verify/identity-attacks.ts'
import { GUIDE_CONVERSATION } from './verify/isolation.ts'
import { LIFETIME_ATTACKS } from './verify/lifetime-attacks.ts'
import { openScene } from './verify/scene.ts'
import { createTokenEndpointProbe } from './verify/token-endpoint-probe.ts'

export interface VerifyOptions {
  /** Where the widget asks for its token. */
  tokenUrl: string
  /** Token endpoint of a second site on the same Coze account. */
  otherTokenUrl?: string
  /** Open API, or the path of our gateway as a whole address. Default `https://api.coze.cn`. */
  apiBase?: string
  /** The agent to talk to; or `appId` and `workflowId`. Without one the conversation is left out. */
  botId?: string
  appId?: string
  workflowId?: string
  /** Of the page with the widget. Default: that of `tokenUrl`. */
  origin?: string
  /** Field in which the service reads the visitor's id. Default: found out. */
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

/** In the order of work: what uses up the limits of the service comes last. */
const CHECKS: readonly Attack[] = [
  GUIDE_CONVERSATION,
  ...IDENTITY_ATTACKS,
  ...BROWSER_ATTACKS,
  ...LIFETIME_ATTACKS,
  ...COST_ATTACKS,
]

/** @throws CozeChatError `invalid_options`, or `bad_response` when the service gives nobody a token. */
export async function verify(options: VerifyOptions): Promise<Report> {
  const { clock = systemClock, bearer = [], cookie = [] } = options
  const fetch = explainingFetch((input, init) => (options.fetch ?? globalThis.fetch)(input, init))
  const url = parseUrl('--token-url', options.tokenUrl)
  const apiBase = parseUrl('--api-base', options.apiBase ?? 'https://api.coze.cn')
  const origin = options.origin === undefined ? url.origin : parseUrl('--origin', options.origin).origin
  const target = targetOf(options)
  const chosen = choose(options.only)
  const coze = createCozeProbe({
    apiBase: apiBase.href.replace(/\/+$/, ''),
    target,
    origin: apiBase.origin === url.origin ? origin : undefined,
    fetch,
  })
  const scene = await openScene({
    endpoint: createTokenEndpointProbe({ url, origin, fetch, clock }),
    otherEndpoint:
      options.otherTokenUrl === undefined
        ? undefined
        : createTokenEndpointProbe({ url: parseUrl('--other-token-url', options.otherTokenUrl), origin, fetch, clock }),
    coze,
    target,
    clock,
    field: options.tokenField,
    proofs: [
      ...bearer.map((token) => ({ authorization: `Bearer ${token}` })),
      ...cookie.map((text) => ({ cookie: text })),
    ],
    floodSize: options.flood ?? DEFAULT_FLOOD,
  })
  const findings = []
  for (const check of chosen) findings.push(await judge(check, scene))
  await coze.tidyUp()
  return createReport(`Token service at ${url.href}`, findings.sort(byId))
}

function choose(only: readonly string[] | undefined): readonly Attack[] {
  if (only === undefined) return CHECKS
  const known = CHECKS.map(({ id }) => id)
  const unknown = only.filter((id) => !known.includes(id))
  if (unknown.length === 0) return CHECKS.filter(({ id }) => only.includes(id))
  throw new CozeChatError('invalid_options', `--only knows no ${unknown.join(', ')}; there are ${known.join(', ')}.`)
}

/** Says in a sentence who did not answer. */
function explainingFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init)
    } catch (cause) {
      const { origin } = new URL(input instanceof Request ? input.url : input)
      throw new CozeChatError('network', `${origin} did not answer (${failureName(cause)}).`, { cause })
    }
  }
}

function targetOf({ botId, appId, workflowId }: VerifyOptions): ProbedTarget | undefined {
  if (botId !== undefined) return { botId }
  if (appId !== undefined && workflowId !== undefined) return { appId, workflowId }
  if (appId === undefined && workflowId === undefined) return undefined
  throw new CozeChatError('invalid_options', 'A chatflow needs both --app-id and --workflow-id.')
}

function parseUrl(option: string, text: string): URL {
  if (URL.canParse(text)) {
    const url = new URL(text)
    if (url.protocol === 'https:' || url.protocol === 'http:') return url
  }
  throw new CozeChatError(
    'invalid_options',
    `${option} must be a whole address such as https://shop.example/api/coze/token.`,
  )
}

/** The conversation first, then T1, T2, … */
function byId(a: { id: string }, b: { id: string }): number {
  const number = (id: string) => Number(/^T(\d+)$/.exec(id)?.[1] ?? 0)
  return number(a.id) - number(b.id)
}
