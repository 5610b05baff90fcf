import type { ServiceEvent } from '../../server/events.ts'
import { createTokenService, type TokenServiceOptions } from '../../server/token-service.ts'
import { failureName } from '../failure-name.ts'
import type { Finding } from '../findings.ts'
import { examine, type Instruments } from './examination.ts'

const PAGE = 'http://localhost'
/** More than this is outside what an assertion allows for without correction. */
const SKEW_LIMIT_SECONDS = 30
const REACH_LIMIT_MS = 8_000

const REGIONS = { cn: 'https://api.coze.cn', com: 'https://api.coze.com' } as const

/** Where the Open API of these options lives. */
export function apiBaseOf({ apiBase, region = 'cn' }: TokenServiceOptions): string {
  return (apiBase ?? REGIONS[region]).replace(/\/+$/, '')
}

/** The way to Coze, and our clock against its own. */
export async function examineClock(base: string, { fetch, clock }: Instruments): Promise<Finding[]> {
  const way = examine('reach', 'Coze can be reached', `GET ${base}/`)
  const time = examine('clock', 'The clock is right', `its Date header against the clock of this machine`)
  try {
    const response = await fetch(`${base}/`, { redirect: 'manual', signal: AbortSignal.timeout(REACH_LIMIT_MS) })
    await response.body?.cancel()
    const reached = way.ok(base)
    const date = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(date)) return [reached, time.notApplicable('Coze did not say its time')]
    const ahead = Math.round((clock.now() - date) / 1000)
    if (Math.abs(ahead) <= SKEW_LIMIT_SECONDS) return [reached, time.ok('within seconds of that of Coze')]
    const off = `this machine is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} Coze`
    return [
      reached,
      time.problem(off, 'Let NTP set the clock (timedatectl set-ntp true); the service corrects itself meanwhile.'),
    ]
  } catch (error) {
    const cure = 'Check COZE_REGION, COZE_API_BASE, the DNS and the outgoing firewall of this machine.'
    return [way.problem(`no answer (${failureName(error)})`, cure)]
  }
}

/** Asks a service of these very settings for a token, as a visitor's browser would. */
export async function examineExchange(
  options: TokenServiceOptions,
  instruments: Instruments,
): Promise<{ finding: Finding; token?: string }> {
  const app = examine('app', 'Coze accepts app, key and region', `a token for a visitor of app ${options.appId}`)
  const { token, exchange } = await askForToken(options, instruments)
  if (token !== undefined) return { finding: app.ok(`app ${options.appId}, key ${options.keyId}`), token }
  const code = exchange?.upstreamCode
  const found = `Coze answers ${code ?? 'nothing'}${exchange?.logId === undefined ? '' : ` (log id ${exchange.logId})`}`
  return { finding: app.problem(found, await cureFor(code, options, instruments)) }
}

type ExchangeEvent = Extract<ServiceEvent, { type: 'exchange' }>

async function askForToken(options: TokenServiceOptions, { fetch }: Instruments) {
  let exchange: ExchangeEvent | undefined
  const service = createTokenService({
    ...options,
    anonymous: 'ticket',
    fetch,
    onEvent: (event) => {
      if (event.type === 'exchange') exchange = event
    },
  })
  const answer = await service.fetch(
    new Request(`${PAGE}/api/coze/token`, {
      method: 'POST',
      headers: { origin: PAGE, 'content-type': 'application/json', 'x-chat-token': '1' },
      body: '{"expect":"anonymous"}',
    }),
  )
  const { access_token: token } = (await answer.json()) as { access_token?: string }
  await service.close()
  return { token, exchange }
}

async function cureFor(code: string | undefined, options: TokenServiceOptions, instruments: Instruments) {
  switch (code) {
    case 'invalid_client': {
      const other = options.region === 'com' ? 'cn' : 'com'
      const elsewhere = options.apiBase === undefined && (await askForToken({ ...options, region: other }, instruments))
      if (elsewhere && elsewhere.token !== undefined)
        return `These credentials belong to ${REGIONS[other]}: set COZE_REGION=${other}.`
      return 'COZE_APP_ID, COZE_KEY_ID and COZE_PRIVATE_KEY must come from one OAuth app; compare them with the Coze console, or create a new key there.'
    }
    case 'access_deny':
      return 'In the Coze console enable the OAuth app, let an administrator authorise it, and see that it is of the type "service app".'
    case 'invalid_request':
    case 'unsupported_grant_type':
      return 'Coze does not take this request: set COZE_TOKEN_TTL to 900, and see that the OAuth app is of the type "service app".'
    default:
      return 'Try again in a minute; if it stays, give the log id to the support of Coze.'
  }
}
