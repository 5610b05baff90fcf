/** `coze-chat-widget doctor`: checks everything that must be right before the first visitor comes, and names the cure of what is not. */

import { isCozeChatError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { ConfigFaults } from '../../server/config/config-faults.ts'
import type { ServerConfig } from '../../server/config/server-config.ts'
import { upstreamAddress } from '../../server/upstream/upstream-address.ts'
import { ENV_FILE } from '../env-file.ts'
import { createReport, type Finding, type Report } from '../report/findings.ts'
import { loadConfig } from '../serve/load-config.ts'
import { examineAgents } from './agents.ts'
import { examineClock } from './clock.ts'
import { brokenOff, examine, instrumentsOf } from './examination.ts'
import { examineExchange } from './exchange.ts'
import { examineOrigins } from './origins.ts'
import { examineRedis } from './redis.ts'
import { examineStudio } from './studio.ts'

export interface DoctorOptions {
  /** Path of the `coze_oauth_config.json` that Coze's console offers for download. */
  config?: string
  env?: Readonly<Record<string, string | undefined>>
  /** Agents to check beside those of `COZE_BOT_IDS`. */
  botId?: readonly string[]
  /** Token endpoint of the running service, as browsers reach it. */
  tokenUrl?: string
  /** Default true: ask the agent one short question, at the owner's cost. */
  chat?: boolean
  fetch?: typeof globalThis.fetch
  clock?: Clock
}

const SUBJECT = 'Settings of the token service'

export async function doctor(options: DoctorOptions = {}): Promise<Report> {
  const studio = await examineStudio(options)
  if (studio !== undefined) return createReport('Settings for Coze Studio', studio)
  const settings = await examineSettings(options)
  if (!('config' in settings)) return createReport(SUBJECT, settings.findings)
  const { service, botIds, redisUrl } = settings.config
  const { fetch, clock } = instrumentsOf(options)
  const { apiBase } = upstreamAddress(service)
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

/** Checks the variables and the private key: loading the settings reads the key and signs with it. */
async function examineSettings(
  options: DoctorOptions,
): Promise<{ findings: Finding[]; config: ServerConfig } | { findings: Finding[] }> {
  const variables = examine(
    'settings',
    'The settings are complete',
    `the environment, ${ENV_FILE} in this folder, and --config`,
  )
  const key = examine('key', 'The private key signs', 'it is read, and signs a test text that its public half verifies')
  try {
    const config = await loadConfig(options)
    const keys = 1 + (config.service.otherKeys?.length ?? 0)
    return {
      config,
      findings: [
        variables.ok(
          [
            `they come from ${options.config ?? `the environment or ${ENV_FILE}`} and name ${config.botIds.length === 0 ? 'no agent' : `agent ${config.botIds.join(', ')}`}`,
            ...config.notes,
          ].join('. '),
        ),
        key.ok(keys === 1 ? 'it is an RSA key of 2048 bits or more' : `all ${keys} are RSA keys of 2048 bits or more`),
      ],
    }
  } catch (error) {
    if (!isCozeChatError(error)) throw error
    const faults = error instanceof ConfigFaults ? error.faults : [{ name: '', message: error.message }]
    return {
      findings: faults.map(({ name, message }) => {
        // The sentence of a setting names what is wrong, then its cure.
        const [found = '', cure = found] = message.split(/[;:] (.*)/s)
        return (name === 'COZE_PRIVATE_KEY' || message.startsWith('COZE_PRIVATE_KEY') ? key : variables).problem(
          found,
          cure,
        )
      }),
    }
  }
}
