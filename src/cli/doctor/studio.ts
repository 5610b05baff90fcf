/** Checks a self-hosted Coze Studio, where `COZE_PERSONAL_TOKEN` takes the place of the OAuth app: no key, no exchange. */
import type { Clock } from '../../platform/clock.ts'
import { isSecretSafeUrl } from '../../server/http/secret-safe-url.ts'
import type { Finding } from '../report/findings.ts'
import { say } from '../say.ts'
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
  const settings = examine(
    'settings',
    say('The settings are complete', '设置是否完整'),
    say('the environment', '读取环境变量'),
  )
  const apiBase = env['COZE_API_BASE']?.trim().replace(/\/+$/, '') ?? ''
  if (!isSecretSafeUrl(apiBase)) {
    const found = say(
      'COZE_PERSONAL_TOKEN is set, and COZE_API_BASE is not the address of a Coze Studio',
      '已设置 COZE_PERSONAL_TOKEN，但 COZE_API_BASE 不是 Coze Studio 的地址',
    )
    const cure = say(
      'Set it to the https:// address of your Coze Studio (http:// only for localhost).',
      '请把它设为您的 Coze Studio 的 https:// 地址（只有 localhost 可以用 http://）。',
    )
    return [settings.problem(found, cure)]
  }
  const instruments = instrumentsOf(options)
  const named = (env['COZE_BOT_IDS'] ?? '').split(',').map((id) => id.trim())
  const botIds = [...named.filter((id) => id !== ''), ...(options.botId ?? [])]
  const findings = [
    settings.ok(
      say(
        `they name the Coze Studio at ${apiBase} and ${botIds.length} agents`,
        `Coze Studio 位于 ${apiBase}，智能体 ${botIds.length} 个`,
      ),
    ),
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
  const token = examine(
    'token',
    say('Coze Studio accepts the token', 'Coze Studio 是否接受令牌'),
    say('the conversations of its account are listed', '列出其账号的会话'),
  )
  const cure = say(
    'Make a new personal access token in Coze Studio, and see that COZE_API_BASE is its own address.',
    '请在 Coze Studio 中新建一个个人访问令牌，并确认 COZE_API_BASE 就是它的地址。',
  )
  try {
    const response = await access.fetch(`${access.apiBase}/v1/conversations?bot_id=1&page_num=1&page_size=1`, {
      headers: { authorization: `Bearer ${access.token}` },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    })
    const { code } = (await response.json()) as { code?: unknown }
    if (code !== 0) return token.problem(say(`it returns code ${String(code)}`, `返回错误码 ${String(code)}`), cure)
    return token.ok(say('it belongs to an account of this Coze Studio', '属于这个 Coze Studio 的账号'))
  } catch {
    return token.problem(say('what answers there is no Coze Studio', '在该地址应答的不是 Coze Studio'), cure)
  }
}
