import { CozeChatError } from '../../errors.ts'
import { cleanText } from '../http/clean-text.ts'

/** One thing that is wrong with the settings. */
export interface ConfigFault {
  /** The variable, or `--config`. */
  readonly name: string
  /** A whole sentence that names the variable, its value (unless that is secret) and the cure. */
  readonly message: string
}

/** All that is wrong with the settings at once, so that nobody has to start a service five times to hear of five mistakes. */
export class ConfigFaults extends CozeChatError {
  readonly faults: readonly ConfigFault[]

  /** @param heading of several faults */
  constructor(faults: readonly ConfigFault[], heading = `${faults.length} settings are wrong:`) {
    const [first] = faults
    super(
      'misconfigured',
      faults.length === 1 && first !== undefined
        ? first.message
        : `${heading}\n${faults.map(({ message }) => `- ${message}`).join('\n')}`,
    )
    this.faults = faults
  }
}

/** What is never shown, because it is a secret or may hold one. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'COZE_PRIVATE_KEY',
  'CHAT_SECRET',
  'CHAT_IDENTITY_SECRET',
  'CHAT_IDENTITY_PUBLIC_KEY',
  'REDIS_URL',
])
const MAX_SHOWN = 80

/** The value of a variable for a message, in quotes; `undefined` for a secret, and for what looks like one in the wrong place. */
export function shownValue(name: string, value: string): string | undefined {
  if (SECRET_NAMES.has(name) || looksSecret(value)) return undefined
  const text = cleanText(value).replace(/\/\/[^/@\s]*@/g, '//…@')
  return `"${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}"`
}

/** Keys, tokens and random bytes, which end up in a wrong variable when lines are mixed up. */
function looksSecret(value: string): boolean {
  if (/-----BEGIN|\b(?:pat|sat|czs|czu)_/.test(value)) return true
  const runs = value.match(/[A-Za-z0-9+/_=-]{24,}/g) ?? []
  return runs.some((run) => /^[0-9a-f]{32,}$/i.test(run) || (/[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)))
}

/** Quotes of shells and of typographers. A value that holds the same quote inside is more than one quoted text. */
const QUOTED = /^(?:"([^"]*)"|'([^']*)'|`([^`]*)`|“([^“”]*)”|‘([^‘’]*)’)$/

/** A value without the quotes around the whole of it, which a shell takes off and `docker --env-file` leaves on. */
export function withoutQuotes(value: string): string {
  const [, ...inner] = QUOTED.exec(value) ?? []
  return (inner.find((text) => text !== undefined) ?? value).trim()
}
