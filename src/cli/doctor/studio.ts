/** Checks a self-hosted Coze Studio, where `COZE_PERSONAL_TOKEN` takes the place of the OAuth app: no key, no exchange. */
import type { Clock } from '../../platform/clock.ts'
import { isSecretSafeUrl } from '../../server/http/secret-safe-url.ts'
import type { Finding } from '../report/findings.ts'
import { examineAgents } from './agents.ts'
import { examineClock } from './clock.ts'
import { brokenOff, examine, instrumentsOf } from './examination.ts'
import { examineRedis } from './redis.ts'

interface StudioExamination {
  env?: Readonly<Record<string, string | undefined>>
  botId?: readonly string[]
  chat?: boolean
  fetch?: typeof globalThis.fetch
  clock?: Clock
}

/** @returns undefined where no personal token is set: then it is Coze that is to be checked */
export async function examineStudio(options: StudioExamination): Promise<Finding[] | undefined> {
  const env = options.env ?? process.env
  const token = env['COZE_PERSONAL_TOKEN']?.trim()
  if (!token) return undefined
  const settings = examine('settings', 'The settings are complete', 'the environment')
  const apiBase = env['COZE_API_BASE']?.trim().replace(/\/+$/, '') ?? ''
  if (!isSecretSafeUrl(apiBase)) {
    const found = 'COZE_PERSONAL_TOKEN is set, and COZE_API_BASE is not the address of a Coze Studio'
    return [settings.problem(found, 'Set it to the https:// address of your Coze Studio (http:// only for localhost).')]
  }
  const instruments = instrumentsOf(options)
  const named = (env['COZE_BOT_IDS'] ?? '').split(',').map((id) => id.trim())
  const botIds = [...named.filter((id) => id !== ''), ...(options.botId ?? [])]
  const findings = [
    settings.ok(`they name the Coze Studio at ${apiBase} and ${botIds.length} agents`),
    ...(await examineClock(apiBase, instruments)),
  ]
  if (findings.every(({ id, outcome }) => id !== 'reach' || outcome === 'ok')) {
    findings.push(await examineToken({ apiBase, token, fetch: instruments.fetch }))
    if (findings.at(-1)?.outcome === 'ok') {
      const agents = { apiBase, token, botIds, chat: options.chat ?? true, ...instruments }
      findings.push(...(await examineAgents(agents).catch(brokenOff)))
    }
  }
  return [...findings, await examineRedis(env['REDIS_URL']?.trim() || undefined)]
}

const CALL_TIMEOUT_MS = 20_000

async function examineToken(access: {
  apiBase: string
  token: string
  fetch: typeof globalThis.fetch
}): Promise<Finding> {
  const token = examine('token', 'Coze Studio accepts the token', 'the conversations of its account are listed')
  const cure = 'Make a new personal access token in Coze Studio, and see that COZE_API_BASE is its own address.'
  try {
    const response = await access.fetch(`${access.apiBase}/v1/conversations?bot_id=1&page_num=1&page_size=1`, {
      headers: { authorization: `Bearer ${access.token}` },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    })
    const { code } = (await response.json()) as { code?: unknown }
    if (code !== 0) return token.problem(`it returns code ${String(code)}`, cure)
    return token.ok('it belongs to an account of this Coze Studio')
  } catch {
    return token.problem('what answers there is no Coze Studio', cure)
  }
}
