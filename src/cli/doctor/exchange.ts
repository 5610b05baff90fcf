import type { ServiceEvent } from '../../server/operations/events.ts'
import { createTokenService, type TokenServiceOptions } from '../../server/token-service.ts'
import { refusalCure } from '../../server/upstream/refusal-cures.ts'
import { API_HOSTS } from '../../server/upstream/upstream-address.ts'
import type { Finding } from '../report/findings.ts'
import { type InBoth, say } from '../say.ts'
import { inChinese } from '../service-words.ts'
import { isOnThisMachine, reachCure } from './clock.ts'
import { examine, type Instruments } from './examination.ts'

/** Origin of the page that the request pretends to come from. */
const PAGE_ORIGIN = 'http://localhost'

/** Checks the exchange: a token service with these settings is asked for a token, as a visitor's browser would. */
export async function examineExchange(
  options: TokenServiceOptions,
  instruments: Instruments,
): Promise<{ finding: Finding; token?: string }> {
  const app = examine(
    'app',
    say('Coze accepts app, key and region', '扣子是否接受应用、密钥和区域'),
    say(`a token for a visitor of app ${options.appId}`, `为应用 ${options.appId} 的一位访客换取令牌`),
  )
  const { token, exchange } = await askForToken(options, instruments)
  if (token !== undefined) {
    const found = say(
      `app ${options.appId} gets a token with key ${options.keyId}`,
      `应用 ${options.appId} 用密钥 ${options.keyId} 换到了令牌`,
    )
    return { finding: app.ok(found), token }
  }
  const { found, cure } = await explainRefusal(
    { cause: exchange?.upstreamCode ?? exchange?.cause, host: exchange?.host, logId: exchange?.logId },
    options,
    instruments,
  )
  return { finding: app.problem(say(...found), say(...cure)) }
}

/** What it means that an exchange has failed, and what to do about it. */
export async function explainRefusal(
  { cause, host, logId }: { cause?: string | undefined; host?: string | undefined; logId?: string | undefined },
  options: TokenServiceOptions,
  instruments: Instruments,
): Promise<{ found: InBoth; cure: InBoth }> {
  if (host !== undefined) {
    const found: InBoth = [`Coze at ${host} does not answer (${cause})`, `${host} 上的扣子没有应答（${cause}）`]
    return { found, cure: reachCure(options.apiBase) }
  }
  const found: InBoth = [
    `Coze returns ${cause ?? 'no error code'}${logId === undefined ? '' : ` (log id ${logId})`}`,
    `${cause === undefined ? '扣子没有给出错误码' : `扣子返回 ${cause}`}${logId === undefined ? '' : `（log id ${logId}）`}`,
  ]
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

async function cureFor(
  code: string | undefined,
  options: TokenServiceOptions,
  instruments: Instruments,
): Promise<InBoth> {
  switch (code) {
    case 'invalid_client': {
      const other = options.region === 'com' ? 'cn' : 'com'
      const elsewhere = options.apiBase === undefined && (await askForToken({ ...options, region: other }, instruments))
      if (elsewhere && elsewhere.token !== undefined)
        return [
          `These credentials belong to https://${API_HOSTS[other]}: set COZE_REGION=${other}.`,
          `这组应用和密钥属于 https://${API_HOSTS[other]}：请设置 COZE_REGION=${other}。`,
        ]
      if (isOnThisMachine(options.apiBase))
        return [
          'If this is the simulated Coze, it knows another key: stop it, and run "npx coze-chat-widget simulate" in the folder of the .env with these settings. Else COZE_APP_ID, COZE_KEY_ID and COZE_PRIVATE_KEY must come from one OAuth app.',
          '如果这是模拟的扣子，它认识的是另一个密钥：请先停止它，再到这些设置的 .env 所在的目录里运行 npx coze-chat-widget simulate。否则，COZE_APP_ID、COZE_KEY_ID 和 COZE_PRIVATE_KEY 必须来自同一个 OAuth 应用。',
        ]
      return [
        'COZE_APP_ID, COZE_KEY_ID and COZE_PRIVATE_KEY must come from one OAuth app; compare them with the Coze console, or create a new key there.',
        'COZE_APP_ID、COZE_KEY_ID 和 COZE_PRIVATE_KEY 必须来自同一个 OAuth 应用；请与扣子控制台核对，或在那里新建一个密钥。',
      ]
    }
    default: {
      const cure = refusalCure(code)
      if (cure !== undefined) return [cure, inChinese(cure)]
      return [
        'Try again in a minute; if the error stays, give the log id to the support of Coze.',
        '请一分钟后再试；如果仍然出错，请凭 log id 向扣子客服查询。',
      ]
    }
  }
}
