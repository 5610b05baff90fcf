import { importSPKI } from 'jose'
import * as v from 'valibot'
import { isCozeChatError } from '../errors.ts'
import { type ConfigFault, ConfigFaults, shownValue, withoutQuotes } from './config-faults.ts'
import { pemBlocks, pemText, unwrapPem } from './crypto/pem.ts'
import { parseSecret } from './crypto/secrets.ts'
import { readOrigin } from './http/proxies/origin.ts'
import { createProxyFollower, type TrustProxy } from './http/proxies/trusted-proxies.ts'
import { isSafeUrl } from './http/safe-url.ts'
import type { Identify } from './identity/identify.ts'
import { identityToken } from './identity/identity-token/identity-token.ts'
import type { CozeKey, TokenServiceOptions } from './service-options.ts'
import { importPrivateKey } from './upstream/private-key.ts'

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
  /** Default `info`. */
  logLevel: string
  /** What was mended while the settings were read, in whole sentences for the owner. */
  notes: readonly string[]
}

export interface ConfigSources {
  env: Readonly<Record<string, string | undefined>>
  /** Content of Coze's own `coze_oauth_config.json`; the environment wins over it. */
  oauthConfig?: string | undefined
  /** For `COZE_PRIVATE_KEY_FILE`. */
  readFile: (path: string) => Promise<string>
  /** Whether the service will have a gateway, which needs to know its agents. */
  gateway?: boolean
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
const originList = v.pipe(
  list,
  v.rawTransform(({ dataset, addIssue }) =>
    dataset.value.map((text) => {
      const reading = readOrigin(text)
      if ('origin' in reading) return reading.origin
      const shown = shownValue('', text)
      addIssue({
        message: shown === undefined ? 'it has an entry that is none' : `it has ${shown}: ${reading.problem}`,
      })
      return text
    }),
  ),
)
const trustProxy = v.pipe(
  list,
  v.transform((parts): TrustProxy => (/^\d+$/.test(parts.join()) ? Number(parts[0]) : parts)),
  v.check((value) => {
    try {
      return createProxyFollower(value) !== undefined
    } catch {
      return false
    }
  }),
)
const wholeNumber = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(min), v.maxValue(max))

/** For each variable, the form of its value, and the end of the sentence "NAME must …" for a value of another form. */
const VARIABLES = {
  COZE_APP_ID: [v.pipe(v.string(), v.regex(/^\d+$/)), 'be the id of the OAuth app, digits only'],
  COZE_KEY_ID: [
    v.pipe(
      list,
      v.minLength(1),
      v.everyItem((id) => /^[^\s"'`]+$/.test(id)),
    ),
    'be the fingerprint of the public key, as the Coze console shows it',
  ],
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
  CHAT_ORIGINS: [originList, 'be whole origins separated by commas, such as https://shop.example'],
  CHAT_PUBLIC_URL: [originList, 'be the address under which browsers reach this service, such as https://shop.example'],
  CHAT_TRUST_PROXY: [
    trustProxy,
    'be the number of proxies in front, or their networks separated by commas, such as loopback, private or 10.0.0.0/8',
  ],
  CHAT_IDENTITY_ISSUER: [v.string(), 'be the iss of your identity tokens'],
  CHAT_IDENTITY_AUDIENCE: [v.string(), 'be the aud of your identity tokens'],
  CHAT_IDENTITY_SECRET: [
    v.pipe(v.string(), v.minLength(32)),
    'be the secret of at least 32 bytes that signs your identity tokens (HS256)',
  ],
  CHAT_IDENTITY_JWKS_URL: [v.pipe(v.string(), v.check(isSafeUrl)), 'be the https:// address of your JWKS'],
  CHAT_IDENTITY_PUBLIC_KEY: [v.string(), 'be the public key (PEM) of your identity tokens'],
  CHAT_IDENTITY_ALGORITHMS: [
    v.pipe(list, v.array(v.picklist(ALGORITHMS))),
    'list one or more of HS256, RS256 and ES256, separated by commas',
  ],
  CHAT_IDENTITY_MAX_AGE: [wholeNumber(1, 600), 'be a number of seconds from 1 to 600'],
  REDIS_URL: [v.pipe(v.string(), v.regex(/^rediss?:\/\/./)), 'be an address such as redis://127.0.0.1:6379'],
  PORT: [wholeNumber(0, 65_535), 'be a port number from 0 to 65535'],
  HOST: [v.string(), 'be an address to listen on, such as 127.0.0.1'],
  LOG_LEVEL: [v.picklist(LOG_LEVELS), `be one of ${LOG_LEVELS.join(', ')}`],
} as const

type VariableName = keyof typeof VARIABLES
type ValueOf<Name extends VariableName> = v.InferOutput<(typeof VARIABLES)[Name][0]>

/** Reads variables, and remembers what is wrong with them instead of stopping at the first. */
interface Reader {
  read<Name extends VariableName>(name: Name, fallback?: string): ValueOf<Name> | undefined
  /** The same for a variable that must be there. */
  need<Name extends VariableName>(name: Name, fallback?: string): ValueOf<Name> | undefined
  fault(name: string, message: string): void
  readonly faults: readonly ConfigFault[]
  readonly notes: readonly string[]
}

function createReader(env: ConfigSources['env']): Reader {
  const faults: ConfigFault[] = []
  const notes: string[] = []
  const fault = (name: string, message: string) => void faults.push({ name, message })

  function textOf(name: VariableName, fallback: string | undefined): string | undefined {
    const given = env[name]?.trim() ?? ''
    const text = withoutQuotes(given)
    if (text !== given) {
      notes.push(
        `The quotes around the value of ${name} were taken off; write it without them (docker --env-file keeps quotes).`,
      )
    }
    return text || fallback || undefined
  }

  function read<Name extends VariableName>(name: Name, fallback?: string): ValueOf<Name> | undefined {
    const text = textOf(name, fallback)
    if (text === undefined) return undefined
    const [schema, requirement] = VARIABLES[name]
    const result = v.safeParse(schema, text)
    if (result.success) return result.output as ValueOf<Name>
    const shown = shownValue(name, text)
    const [issue] = result.issues
    const detail = issue.type === 'raw_transform' ? issue.message : shown && `it is ${shown}`
    fault(name, `${name} must ${requirement}${detail === undefined ? '' : `; ${detail}`}.`)
    return undefined
  }

  return {
    read,
    need(name, fallback) {
      if (withoutQuotes(env[name]?.trim() ?? '') === '' && !fallback)
        fault(name, `${name} is missing: it must ${VARIABLES[name][1]}.`)
      return read(name, fallback)
    },
    fault,
    faults,
    notes,
  }
}

/**
 * Reads the settings from the environment and from Coze's own configuration file.
 * @throws ConfigFaults `misconfigured`: everything that is wrong, each in a sentence that names the variable, its value
 * unless that is secret, and the cure
 */
export async function loadServerConfig({ env, oauthConfig, readFile, gateway }: ConfigSources): Promise<ServerConfig> {
  const reader = createReader(env)
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
    logLevel,
    notes: reader.notes,
  }
}

/** Runs a check of the service's own and remembers its sentence. */
async function check(name: string, reader: Reader, run: () => unknown): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!isCozeChatError(error)) throw error
    reader.fault(name, error.message)
  }
}

/** Several key ids need as many PEM blocks, one after the other. So keys can be rotated by the environment alone. */
async function readKeys(
  keyIds: readonly string[] | undefined,
  keyOfConfigFile: string | undefined,
  reader: Reader,
  readFile: ConfigSources['readFile'],
): Promise<CozeKey[]> {
  const path = reader.read('COZE_PRIVATE_KEY_FILE')
  const given = reader.read('COZE_PRIVATE_KEY')
  const fromFile = path === undefined ? undefined : await readKeyFile(path, reader, readFile)
  const text = given ?? fromFile ?? keyOfConfigFile
  if (text === undefined) {
    // A file that cannot be read is a fault by itself.
    if (path === undefined) reader.need('COZE_PRIVATE_KEY')
    return []
  }
  const texts = keyIds === undefined || keyIds.length === 1 ? [text] : pemBlocks(unwrapPem(text)).map(pemText)
  for (const privateKey of texts) {
    await check('COZE_PRIVATE_KEY', reader, () => importPrivateKey(privateKey, 'COZE_PRIVATE_KEY'))
  }
  if (keyIds !== undefined && texts.length !== keyIds.length) {
    reader.fault(
      'COZE_PRIVATE_KEY',
      `COZE_PRIVATE_KEY must hold one PEM block for each id in COZE_KEY_ID, in the same order; there are ${keyIds.length} ids and ${texts.length} blocks.`,
    )
  }
  return (keyIds ?? []).map((keyId, i) => ({ keyId, privateKey: texts[i] ?? '' }))
}

async function readKeyFile(
  path: string,
  reader: Reader,
  readFile: ConfigSources['readFile'],
): Promise<string | undefined> {
  try {
    return await readFile(path)
  } catch {
    const shown = shownValue('COZE_PRIVATE_KEY_FILE', path)
    reader.fault(
      'COZE_PRIVATE_KEY_FILE',
      `COZE_PRIVATE_KEY_FILE must be the path of a private_key.pem that this process may read${shown === undefined ? ', and not the key itself' : `; it is ${shown}`}.`,
    )
    return undefined
  }
}

async function readIdentity(reader: Reader): Promise<Identify | undefined> {
  const { read, fault, faults } = reader
  const before = faults.length
  const names = ['CHAT_IDENTITY_SECRET', 'CHAT_IDENTITY_JWKS_URL', 'CHAT_IDENTITY_PUBLIC_KEY'] as const
  const issuer = read('CHAT_IDENTITY_ISSUER')
  const audience = read('CHAT_IDENTITY_AUDIENCE')
  const [secret, jwksUrl, publicKey] = names.map((name) => read(name))
  const algorithms = read('CHAT_IDENTITY_ALGORITHMS')
  const maxAgeSeconds = read('CHAT_IDENTITY_MAX_AGE')
  const sources = [secret, jwksUrl, publicKey].filter((source) => source !== undefined)
  if (issuer === undefined && audience === undefined && sources.length === 0) return undefined
  if (issuer === undefined) reader.need('CHAT_IDENTITY_ISSUER')
  if (audience === undefined) reader.need('CHAT_IDENTITY_AUDIENCE')
  if (sources.length !== 1 && faults.every(({ name }) => !names.some((source) => source === name))) {
    fault(names[0], `Set exactly one of ${names[0]}, ${names[1]} and ${names[2]}.`)
  }
  const key = publicKey === undefined ? undefined : unwrapPem(publicKey)
  if (key !== undefined) {
    const readable = await Promise.all(
      (algorithms ?? ['RS256']).map((algorithm) =>
        importSPKI(key, algorithm).then(
          () => true,
          () => false,
        ),
      ),
    )
    if (!readable.includes(true)) {
      const [label = 'no PEM'] = pemBlocks(key).map((block) => block.label)
      fault(
        'CHAT_IDENTITY_PUBLIC_KEY',
        `CHAT_IDENTITY_PUBLIC_KEY must be a PEM that begins with "-----BEGIN PUBLIC KEY-----" and fits CHAT_IDENTITY_ALGORITHMS (default RS256); it is ${label}. Make it from the private key with: openssl pkey -in key.pem -pubout`,
      )
    }
  }
  if (faults.length > before || issuer === undefined || audience === undefined) return undefined
  let identify: Identify | undefined
  await check('CHAT_IDENTITY_ALGORITHMS', reader, () => {
    identify = identityToken({
      issuer,
      audience,
      ...(secret !== undefined && { secret }),
      ...(jwksUrl !== undefined && { jwksUrl }),
      ...(key !== undefined && { keys: [key] }),
      ...(algorithms !== undefined && { algorithms }),
      ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    })
  })
  return identify
}

function parseOAuthConfig(text: string | undefined, reader: Reader): v.InferOutput<typeof OAuthConfigSchema> {
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
