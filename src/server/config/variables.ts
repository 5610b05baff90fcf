/** The variables of the environment: the form of each, and a reader that remembers what is wrong with them. */
import * as v from 'valibot'
import { isCozeChatError } from '../../errors.ts'
import { readOrigin } from '../http/proxies/origin.ts'
import { createProxyFollower, type TrustProxy } from '../http/proxies/trusted-proxies.ts'
import { isSecretSafeUrl } from '../http/secret-safe-url.ts'
import { type ConfigFault, shownValue, withoutQuotes } from './config-faults.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const

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
  COZE_API_BASE: [v.pipe(v.string(), v.check(isSecretSafeUrl)), 'be an https:// address such as https://api.coze.cn'],
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
  CHAT_IDENTITY_JWKS_URL: [v.pipe(v.string(), v.check(isSecretSafeUrl)), 'be the https:// address of your JWKS'],
  CHAT_IDENTITY_PUBLIC_KEY: [v.string(), 'be the public key (PEM) of your identity tokens'],
  CHAT_IDENTITY_ALGORITHMS: [
    v.pipe(list, v.array(v.picklist(ALGORITHMS))),
    'list one or more of HS256, RS256 and ES256, separated by commas',
  ],
  CHAT_IDENTITY_MAX_AGE: [wholeNumber(1, 600), 'be a number of seconds from 1 to 600'],
  REDIS_URL: [v.pipe(v.string(), v.regex(/^rediss?:\/\/./)), 'be an address such as redis://127.0.0.1:6379'],
  PORT: [wholeNumber(0, 65_535), 'be a port number from 0 to 65535'],
  HOST: [v.string(), 'be an address to listen on, such as 127.0.0.1'],
  MAX_CONNECTIONS: [wholeNumber(1, 1_000_000), 'be a number of connections from 1 to 1000000'],
  LOG_LEVEL: [v.picklist(LOG_LEVELS), `be one of ${LOG_LEVELS.join(', ')}`],
} as const

type VariableName = keyof typeof VARIABLES
type ValueOf<Name extends VariableName> = v.InferOutput<(typeof VARIABLES)[Name][0]>

/** Reads variables, and remembers what is wrong with them instead of stopping at the first. */
export interface VariableReader {
  read<Name extends VariableName>(name: Name, fallback?: string): ValueOf<Name> | undefined
  /** The same for a variable that must be there. */
  need<Name extends VariableName>(name: Name, fallback?: string): ValueOf<Name> | undefined
  fault(name: string, message: string): void
  readonly faults: readonly ConfigFault[]
  readonly notes: readonly string[]
}

export function createVariableReader(env: Environment): VariableReader {
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

/** Runs a check of the service's own and remembers its sentence. */
export async function check(name: string, reader: VariableReader, run: () => unknown): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!isCozeChatError(error)) throw error
    reader.fault(name, error.message)
  }
}
