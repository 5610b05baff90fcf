/** `coze-chat-widget doctor`: everything that must be right before the first visitor comes, each with its cure. */
import { isCozeChatError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import type { ServerConfig } from '../server/config.ts'
import { examineAgents } from './doctor/agents.ts'
import { examine } from './doctor/examination.ts'
import { apiBaseOf, examineClock, examineExchange } from './doctor/exchange.ts'
import { examineOrigins } from './doctor/origins.ts'
import { examineRedis } from './doctor/redis.ts'
import { failureName } from './failure-name.ts'
import { createReport, type Finding, type Report } from './findings.ts'
import { loadConfig } from './load-config.ts'

export interface DoctorOptions {
  /** Path of Coze's own `coze_oauth_config.json`. */
  config?: string
  env?: Readonly<Record<string, string | undefined>>
  /** Beside those of `COZE_BOT_IDS`. */
  botId?: readonly string[]
  /** The running service, as browsers reach it. */
  tokenUrl?: string
  /** Default true: ask the agent one short question, at the owner's cost. */
  chat?: boolean
  fetch?: typeof globalThis.fetch
  clock?: Clock
}

const SUBJECT = 'Settings of the token service'

export async function doctor(options: DoctorOptions = {}): Promise<Report> {
  const settings = await examineSettings(options)
  if (!('config' in settings)) return createReport(SUBJECT, settings.findings)
  const { service, botIds, redisUrl } = settings.config
  const fetch: typeof globalThis.fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init)
  const clock = options.clock ?? systemClock
  const apiBase = apiBaseOf(service)
  const findings: Finding[] = [...settings.findings, ...(await examineClock(apiBase, { fetch, clock }))]
  if (findings.every(({ id, outcome }) => id !== 'reach' || outcome === 'ok')) {
    const { finding, token } = await examineExchange({ ...service, clock }, { fetch, clock })
    findings.push(finding)
    if (token !== undefined) {
      const agents = { apiBase, token, botIds: [...botIds, ...(options.botId ?? [])], chat: options.chat ?? true }
      findings.push(...(await examineAgents({ ...agents, fetch, clock }).catch(brokenOff)))
    }
    const origins = { origins: service.origins ?? [], apiBase, tokenUrl: options.tokenUrl }
    findings.push(...(await examineOrigins({ ...origins, fetch, clock })))
  }
  findings.push(await examineRedis(redisUrl))
  return createReport(SUBJECT, findings)
}

function brokenOff(error: unknown): Finding[] {
  const calls = examine('calls', 'Coze answers the calls of a chat', 'one call after the other')
  return [
    calls.problem(
      `they broke off (${failureName(error)})`,
      'Run doctor again; if it stays, look at the network between.',
    ),
  ]
}

/** The variables, and whether the key can be read and signs (which loading them tries). */
async function examineSettings(
  options: DoctorOptions,
): Promise<{ findings: Finding[]; config: ServerConfig } | { findings: Finding[] }> {
  const variables = examine('settings', 'The settings are complete', 'the environment and --config')
  const key = examine('key', 'The private key signs', 'it is read, and signs a test text that its public half verifies')
  try {
    const config = await loadConfig(options)
    const keys = 1 + (config.service.otherKeys?.length ?? 0)
    return {
      config,
      findings: [
        variables.ok(`${options.config ?? 'environment'}, agents ${config.botIds.join(', ') || 'not named'}`),
        key.ok(keys === 1 ? 'RSA, 2048 bits or more' : `${keys} keys, RSA, 2048 bits or more`),
      ],
    }
  } catch (error) {
    if (!isCozeChatError(error)) throw error
    const part = /^COZE_PRIVATE_KEY/.test(error.message) ? key : variables
    // The sentence of a setting names its cure.
    const [found = '', cure = found] = error.message.split(/[;:] (.*)/s)
    return { findings: [part.problem(found, cure)] }
  }
}
