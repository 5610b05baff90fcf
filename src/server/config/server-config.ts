import * as v from 'valibot'
import { parseSecret } from '../crypto/secrets.ts'
import type { TokenServiceOptions } from '../service-options.ts'
import { ConfigFaults } from './config-faults.ts'
import { readIdentity } from './identity-settings.ts'
import { type ReadFile, readKeys } from './key-settings.ts'
import { check, createVariableReader, type Environment, type VariableReader } from './variables.ts'

/** The settings of `coze-chat-widget serve`. */
export interface ServerConfig {
  service: TokenServiceOptions
  /** Empty without COZE_BOT_IDS. */
  botIds: readonly string[]
  redisUrl: string | undefined
  /** Default 8787; 0 for any free port. */
  port: number
  /** Default `0.0.0.0`. */
  host: string
  /** Open at once. Default 10,000. */
  maxConnections: number
  /** Default `info`. */
  logLevel: string
  /** What was mended while the settings were read, in whole sentences for the owner. */
  notes: readonly string[]
}

export interface ConfigSources {
  env: Environment
  /** Content of Coze's own `coze_oauth_config.json`; the environment wins over it. */
  oauthConfig?: string | undefined
  /** For `COZE_PRIVATE_KEY_FILE`. */
  readFile: ReadFile
  /** Whether the service will have a gateway, which needs to know its agents. */
  gateway?: boolean
}

/** The fields that Coze's console writes into its sample configuration. */
const OAuthConfigSchema = v.object({
  client_type: v.optional(v.literal('jwt')),
  client_id: v.optional(v.string()),
  public_key_id: v.optional(v.string()),
  private_key: v.optional(v.string()),
  coze_api_base: v.optional(v.string()),
})

/**
 * Reads the settings from the environment and from Coze's own configuration file.
 * @throws ConfigFaults `misconfigured`: everything that is wrong, each in a sentence that names the variable, its value
 * unless that is secret, and the cure
 */
export async function loadServerConfig({ env, oauthConfig, readFile, gateway }: ConfigSources): Promise<ServerConfig> {
  const reader = createVariableReader(env)
  const { read, need } = reader
  const file = parseOAuthConfig(oauthConfig, reader)
  const appId = need('COZE_APP_ID', file.client_id)
  const keyIds = need('COZE_KEY_ID', file.public_key_id)
  const keys = await readKeys(keyIds, file.private_key, reader, readFile)
  const secret = need('CHAT_SECRET')
  // Checked here as well as by the service, so that the message names the variable and not the option.
  if (secret !== undefined) await check('CHAT_SECRET', reader, () => parseSecret(secret, 'CHAT_SECRET'))
  const region = read('COZE_REGION')
  const apiBase = read('COZE_API_BASE', region === undefined ? file.coze_api_base : undefined)
  const tokenTtlSeconds = read('COZE_TOKEN_TTL')
  const origins = read('CHAT_ORIGINS')
  const publicUrl = read('CHAT_PUBLIC_URL')
  const trustProxy = read('CHAT_TRUST_PROXY')
  const identify = await readIdentity(reader)
  const botIds = read('COZE_BOT_IDS')
  if (gateway === true && botIds === undefined && !env['COZE_BOT_IDS']) {
    reader.fault(
      'COZE_BOT_IDS',
      'COZE_BOT_IDS is missing: with --gateway it must name the agents that visitors may talk to.',
    )
  }
  const redisUrl = read('REDIS_URL')
  const port = read('PORT') ?? 8787
  const host = read('HOST') ?? '0.0.0.0'
  const maxConnections = read('MAX_CONNECTIONS') ?? 10_000
  const logLevel = read('LOG_LEVEL') ?? 'info'
  const [key, ...otherKeys] = keys
  if (reader.faults.length > 0 || appId === undefined || key === undefined || secret === undefined) {
    throw new ConfigFaults(reader.faults)
  }
  return {
    service: {
      appId,
      ...key,
      otherKeys,
      secret,
      ...(region !== undefined && { region }),
      ...(apiBase !== undefined && { apiBase }),
      ...(tokenTtlSeconds !== undefined && { tokenTtlSeconds }),
      ...(origins !== undefined && { origins }),
      ...(publicUrl !== undefined && { publicUrl }),
      ...(trustProxy !== undefined && { trustProxy }),
      ...(identify !== undefined && { identify }),
      ...(botIds !== undefined && { bots: botIds }),
    },
    botIds: botIds ?? [],
    redisUrl,
    port,
    host,
    maxConnections,
    logLevel,
    notes: reader.notes,
  }
}

function parseOAuthConfig(text: string | undefined, reader: VariableReader): v.InferOutput<typeof OAuthConfigSchema> {
  if (text === undefined) return {}
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    reader.fault(
      '--config',
      'The file given by --config is not JSON; download coze_oauth_config.json from the Coze console again.',
    )
    return {}
  }
  const result = v.safeParse(OAuthConfigSchema, json)
  if (result.success) return result.output
  reader.fault(
    '--config',
    'The file given by --config is not a coze_oauth_config.json of client_type "jwt"; create an OAuth app of the type "service app".',
  )
  return {}
}
