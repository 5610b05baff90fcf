import type { ServiceEvent } from '../../server/operations/events.ts'
import { createTokenService, type TokenServiceOptions } from '../../server/token-service.ts'
import { refusalCure } from '../../server/upstream/refusal-cures.ts'
import { API_HOSTS } from '../../server/upstream/upstream-address.ts'
import type { Finding } from '../report/findings.ts'
import { isOnThisMachine, reachCure } from './clock.ts'
import { examine, type Instruments } from './examination.ts'

/** Origin of the page that the request pretends to come from. */
const PAGE_ORIGIN = 'http://localhost'

/** Checks the exchange: a token service with these settings is asked for a token, as a visitor's browser would. */
export async function examineExchange(
  options: TokenServiceOptions,
  instruments: Instruments,
): Promise<{ finding: Finding; token?: string }> {
  const app = examine('app', 'Coze accepts app, key and region', `a token for a visitor of app ${options.appId}`)
  const { token, exchange } = await askForToken(options, instruments)
  if (token !== undefined)
    return { finding: app.ok(`app ${options.appId} gets a token with key ${options.keyId}`), token }
  const { found, cure } = await explainRefusal(
    { cause: exchange?.upstreamCode ?? exchange?.cause, host: exchange?.host, logId: exchange?.logId },
    options,
    instruments,
  )
  return { finding: app.problem(found, cure) }
}

/** What it means that an exchange has failed, and what to do about it. */
export async function explainRefusal(
  { cause, host, logId }: { cause?: string | undefined; host?: string | undefined; logId?: string | undefined },
  options: TokenServiceOptions,
  instruments: Instruments,
): Promise<{ found: string; cure: string }> {
  if (host !== undefined)
    return { found: `Coze at ${host} does not answer (${cause})`, cure: reachCure(options.apiBase) }
  const found = `Coze returns ${cause ?? 'no error code'}${logId === undefined ? '' : ` (log id ${logId})`}`
  return { found, cure: await cureFor(cause, options, instruments) }
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
    new Request(`${PAGE_ORIGIN}/api/coze/token`, {
      method: 'POST',
      headers: { origin: PAGE_ORIGIN, 'content-type': 'application/json', 'x-chat-token': '1' },
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
        return `These credentials belong to https://${API_HOSTS[other]}: set COZE_REGION=${other}.`
      if (isOnThisMachine(options.apiBase))
        return 'If this is the simulated Coze, it knows another key: stop it, and run "npx coze-chat-widget simulate" in the folder of the .env with these settings. Else COZE_APP_ID, COZE_KEY_ID and COZE_PRIVATE_KEY must come from one OAuth app.'
      return 'COZE_APP_ID, COZE_KEY_ID and COZE_PRIVATE_KEY must come from one OAuth app; compare them with the Coze console, or create a new key there.'
    }
    default:
      return refusalCure(code) ?? 'Try again in a minute; if the error stays, give the log id to the support of Coze.'
  }
}
