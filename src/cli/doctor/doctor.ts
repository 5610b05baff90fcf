/** `coze-chat-widget doctor`: checks everything that must be right before the first visitor comes, and names the cure of what is not. */

import { isCozeChatError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { ConfigFaults } from '../../server/config/config-faults.ts'
import type { ServerConfig } from '../../server/config/server-config.ts'
import { upstreamAddress } from '../../server/upstream/upstream-address.ts'
import { ENV_FILE } from '../env-file.ts'
import { createReport, type Finding, type Report } from '../report/findings.ts'
import { say, speaksChinese } from '../say.ts'
import { loadConfig } from '../serve/load-config.ts'
import { inChinese } from '../service-words.ts'
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

export async function doctor(options: DoctorOptions = {}): Promise<Report> {
  const studio = await examineStudio(options)
  if (studio !== undefined) return createReport(say('Settings for Coze Studio', 'Coze Studio 的设置'), studio)
  const subject = say('Settings of the token service', '令牌服务的设置')
  const settings = await examineSettings(options)
  if (!('config' in settings)) return createReport(subject, settings.findings)
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
  return createReport(subject, findings)
}

/** Checks the variables and the private key: loading the settings reads the key and signs with it. */
async function examineSettings(
  options: DoctorOptions,
): Promise<{ findings: Finding[]; config: ServerConfig } | { findings: Finding[] }> {
  const variables = examine(
    'settings',
    say('The settings are complete', '设置是否完整'),
    say(
      `the environment, ${ENV_FILE} in this folder, and --config`,
      `读取环境变量、当前目录的 ${ENV_FILE} 和 --config`,
    ),
  )
  const key = examine(
    'key',
    say('The private key signs', '私钥能否签名'),
    say(
      'it is read, and signs a test text that its public half verifies',
      '读取私钥，试签一段文字，再用对应的公钥验证',
    ),
  )
  try {
    const config = await loadConfig(options)
    const notes = config.notes.map((note) => say(note, inChinese(note).replace(/。$/, '')))
    const keys = 1 + (config.service.otherKeys?.length ?? 0)
    return {
      config,
      findings: [
        variables.ok([whatIsSet(options.config, config.botIds), ...notes].join(say('. ', '。'))),
        key.ok(
          keys === 1
            ? say('it is an RSA key of 2048 bits or more', '可以，是 2048 位或更长的 RSA 密钥')
            : say(`all ${keys} are RSA keys of 2048 bits or more`, `可以，${keys} 个都是 2048 位或更长的 RSA 密钥`),
        ),
      ],
    }
  } catch (error) {
    if (!isCozeChatError(error)) throw error
    const faults = error instanceof ConfigFaults ? error.faults : [{ name: '', message: error.message }]
    const separator = speaksChinese(process.env) ? /：(.*)/s : /[;:] (.*)/s
    return {
      findings: faults.map(({ name, message }) => {
        // The sentence of a setting names what is wrong, then its cure.
        const [found = '', cure = found] = message.split(separator)
        return (name.startsWith('COZE_PRIVATE_KEY') ? key : variables).problem(found, cure)
      }),
    }
  }
}

function whatIsSet(file: string | undefined, botIds: readonly string[]): string {
  return say(
    `they come from ${file ?? `the environment or ${ENV_FILE}`} and name ${botIds.length === 0 ? 'no agent' : `agent ${botIds.join(', ')}`}`,
    `取自${file === undefined ? `环境变量或 ${ENV_FILE}` : ` ${file}`}，${botIds.length === 0 ? '没有写明智能体' : `智能体为 ${botIds.join('、')}`}`,
  )
}
