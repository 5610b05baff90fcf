import * as v from 'valibot'
import { CozeChatError } from '../errors.ts'
import { isOrigin } from './cors.ts'
import { type IdentityAlgorithm, identityToken } from './identity-token.ts'
import { importPrivateKey } from './private-key.ts'
import { isSafeUrl } from './safe-url.ts'
import { parseSecret } from './secrets.ts'
import type { CozeKey, TokenServiceOptions } from './service-options.ts'

/** What `serve` needs to know, read from the environment. */
export interface ServerConfig {
  service: TokenServiceOptions
  botIds: readonly string[]
  redisUrl: string | undefined
  port: number
  host: string
  logLevel: string
}

export interface ConfigSources {
  env: Readonly<Record<string, string | undefined>>
  /** Content of Coze's own `coze_oauth_config.json`; the environment wins over it. */
  oauthConfig?: string | undefined
  /** For `COZE_PRIVATE_KEY_FILE`. */
  readFile: (path: string) => Promise<string>
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const

/** The fields that Coze's console writes into its sample configuration. */
const OAuthConfigSchema = v.object({
  client_type: v.optional(v.literal('jwt')),
  client_id: v.optional(v.string()),
  public_key_id: v.optional(v.string()),
  private_key: v.optional(v.string()),
  coze_api_base: v.optional(v.string()),
})

const list = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
)
const wholeNumber = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(min), v.maxValue(max))

/** Name of each variable: what it must look like, and the rest of the sentence "NAME must …" for when it does not. */
const VARIABLES = {
  COZE_APP_ID: [v.pipe(v.string(), v.regex(/^\d+$/)), 'be the id of the OAuth app, digits only'],
  COZE_KEY_ID: [v.pipe(list, v.minLength(1)), 'be the fingerprint of the public key, as the Coze console shows it'],
  COZE_PRIVATE_KEY: [v.string(), 'be the content of private_key.pem, or set COZE_PRIVATE_KEY_FILE to its path'],
  COZE_PRIVATE_KEY_FILE: [v.string(), 'be the path of private_key.pem'],
  COZE_REGION: [v.picklist(['cn', 'com']), 'be cn (api.coze.cn) or com (api.coze.com)'],
  COZE_API_BASE: [v.pipe(v.string(), v.check(isSafeUrl)), 'be an https:// address such as https://api.coze.cn'],
  COZE_TOKEN_TTL: [wholeNumber(1, 86_399), 'be a number of seconds from 1 to 86399'],
  COZE_BOT_IDS: [
    v.pipe(
      list,
      v.minLength(1),
      v.everyItem((id) => /^\d+$/.test(id)),
    ),
    'be bot ids separated by commas',
  ],
  CHAT_SECRET: [v.string(), 'hold at least 32 random bytes; make it with: openssl rand -base64 32'],
  CHAT_ORIGINS: [
    v.pipe(list, v.everyItem(isOrigin)),
    'be whole origins separated by commas, such as https://shop.example',
  ],
  CHAT_IDENTITY_ISSUER: [v.string(), 'be the iss of your identity tokens'],
  CHAT_IDENTITY_AUDIENCE: [v.string(), 'be the aud of your identity tokens'],
  CHAT_IDENTITY_SECRET: [
    v.pipe(v.string(), v.minLength(32)),
    'be the secret of at least 32 bytes that signs your identity tokens (HS256)',
  ],
  CHAT_IDENTITY_JWKS_URL: [v.pipe(v.string(), v.check(isSafeUrl)), 'be the https:// address of your JWKS'],
  CHAT_IDENTITY_PUBLIC_KEY: [v.string(), 'be the public key (PEM) of your identity tokens'],
  CHAT_IDENTITY_ALGORITHMS: [v.pipe(list, v.array(v.picklist(ALGORITHMS))), 'list HS256, RS256 or ES256'],
  CHAT_IDENTITY_MAX_AGE: [wholeNumber(1, 600), 'be a number of seconds from 1 to 600'],
  REDIS_URL: [v.pipe(v.string(), v.regex(/^rediss?:\/\/./)), 'be an address such as redis://127.0.0.1:6379'],
  PORT: [wholeNumber(0, 65_535), 'be a port number'],
  HOST: [v.string(), 'be an address to listen on, such as 127.0.0.1'],
  LOG_LEVEL: [v.picklist(LOG_LEVELS), `be one of ${LOG_LEVELS.join(', ')}`],
} as const

/**
 * Environment (and Coze's own configuration file) to options.
 * @throws CozeChatError `misconfigured`: one sentence that names the variable and the cure, and never holds its value.
 */
export async function loadServerConfig({ env, oauthConfig, readFile }: ConfigSources): Promise<ServerConfig> {
  const file = parseOAuthConfig(oauthConfig)
  const read = <Name extends keyof typeof VARIABLES>(
    name: Name,
    fallback?: string,
  ): v.InferOutput<(typeof VARIABLES)[Name][0]> | undefined => {
    const given = env[name]?.trim()
    const text = given === undefined || given === '' ? fallback : given
    if (text === undefined || text === '') return undefined
    const [schema, requirement] = VARIABLES[name]
    const result = v.safeParse(schema, text)
    if (!result.success) throw misconfigured(`${name} must ${requirement}.`)
    return result.output as v.InferOutput<(typeof VARIABLES)[Name][0]>
  }
  const required = <T>(name: keyof typeof VARIABLES, value: T | undefined): T => {
    if (value === undefined) throw misconfigured(`${name} is missing: it must ${VARIABLES[name][1]}.`)
    return value
  }

  const appId = required('COZE_APP_ID', read('COZE_APP_ID', file.client_id))
  const keyIds = required('COZE_KEY_ID', read('COZE_KEY_ID', file.public_key_id))
  const keyFile = read('COZE_PRIVATE_KEY_FILE')
  const fromFile = keyFile === undefined ? undefined : await readKeyFile(keyFile, readFile)
  const privateKey = required('COZE_PRIVATE_KEY', read('COZE_PRIVATE_KEY') ?? fromFile ?? file.private_key)
  const [key, ...otherKeys] = pairKeys(keyIds, privateKey)
  const secret = required('CHAT_SECRET', read('CHAT_SECRET'))
  // Looked at here, so that the message names the variable.
  parseSecret(secret, 'CHAT_SECRET')
  for (const pair of [key, ...otherKeys]) await importPrivateKey(pair?.privateKey ?? '', 'COZE_PRIVATE_KEY')
  const region = read('COZE_REGION')
  const apiBase = read('COZE_API_BASE', region === undefined ? file.coze_api_base : undefined)
  const tokenTtlSeconds = read('COZE_TOKEN_TTL')
  const origins = read('CHAT_ORIGINS')
  const identify = identityFrom(read)
  const botIds = read('COZE_BOT_IDS')

  return {
    service: {
      appId,
      ...(key ?? { keyId: '', privateKey }),
      otherKeys,
      secret,
      ...(region !== undefined && { region }),
      ...(apiBase !== undefined && { apiBase }),
      ...(tokenTtlSeconds !== undefined && { tokenTtlSeconds }),
      ...(origins !== undefined && { origins }),
      ...(identify !== undefined && { identify }),
      ...(botIds !== undefined && { bots: botIds }),
    },
    botIds: botIds ?? [],
    redisUrl: read('REDIS_URL'),
    port: read('PORT') ?? 8787,
    host: read('HOST') ?? '0.0.0.0',
    logLevel: read('LOG_LEVEL') ?? 'info',
  }
}

type Read = <Name extends keyof typeof VARIABLES>(
  name: Name,
  fallback?: string,
) => v.InferOutput<(typeof VARIABLES)[Name][0]> | undefined

function identityFrom(read: Read) {
  const issuer = read('CHAT_IDENTITY_ISSUER')
  const audience = read('CHAT_IDENTITY_AUDIENCE')
  const secret = read('CHAT_IDENTITY_SECRET')
  const jwksUrl = read('CHAT_IDENTITY_JWKS_URL')
  const publicKey = read('CHAT_IDENTITY_PUBLIC_KEY')
  const sources = [secret, jwksUrl, publicKey].filter((source) => source !== undefined)
  if (issuer === undefined && audience === undefined && sources.length === 0) return undefined
  if (issuer === undefined)
    throw misconfigured('CHAT_IDENTITY_ISSUER is missing: it must be the iss of your identity tokens.')
  if (audience === undefined)
    throw misconfigured('CHAT_IDENTITY_AUDIENCE is missing: it must be the aud of your identity tokens.')
  if (sources.length !== 1) {
    throw misconfigured('Set exactly one of CHAT_IDENTITY_SECRET, CHAT_IDENTITY_JWKS_URL and CHAT_IDENTITY_PUBLIC_KEY.')
  }
  const algorithms: readonly IdentityAlgorithm[] | undefined = read('CHAT_IDENTITY_ALGORITHMS')
  const maxAgeSeconds = read('CHAT_IDENTITY_MAX_AGE')
  return identityToken({
    issuer,
    audience,
    ...(secret !== undefined && { secret }),
    ...(jwksUrl !== undefined && { jwksUrl }),
    ...(publicKey !== undefined && { keys: [publicKey.replaceAll('\\n', '\n')] }),
    ...(algorithms !== undefined && { algorithms }),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
  })
}

function parseOAuthConfig(text: string | undefined): v.InferOutput<typeof OAuthConfigSchema> {
  if (text === undefined) return {}
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw misconfigured(
      'The file given by --config is not JSON; download coze_oauth_config.json from the Coze console again.',
    )
  }
  const result = v.safeParse(OAuthConfigSchema, json)
  if (result.success) return result.output
  throw misconfigured(
    'The file given by --config is not a coze_oauth_config.json of client_type "jwt"; create an OAuth app of the type "service app".',
  )
}

async function readKeyFile(path: string, readFile: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readFile(path)
  } catch {
    throw misconfigured('COZE_PRIVATE_KEY_FILE must be the path of a private_key.pem that this process may read.')
  }
}

/** Several key ids belong to as many PEM blocks, one after the other: the way to rotate keys by environment alone. */
function pairKeys(keyIds: readonly string[], privateKey: string): CozeKey[] {
  if (keyIds.length === 1) return keyIds.map((keyId) => ({ keyId, privateKey }))
  const blocks = privateKey.match(/-----BEGIN [A-Z ]+-----[^-]*-----END [A-Z ]+-----/g) ?? []
  if (blocks.length !== keyIds.length) {
    throw misconfigured('COZE_PRIVATE_KEY must hold one PEM block for each id in COZE_KEY_ID, in the same order.')
  }
  return keyIds.map((keyId, i) => ({ keyId, privateKey: blocks[i] ?? '' }))
}

function misconfigured(message: string): CozeChatError {
  return new CozeChatError('misconfigured', message)
}
