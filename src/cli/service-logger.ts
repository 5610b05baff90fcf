import { type DestinationStream, type Logger, pino } from 'pino'

const SECRET_FIELDS = ['authorization', 'cookie', 'access_token', 'session_id', 'assertion', 'privateKey', 'secret']

/** JSON lines. No event of the service holds a secret; should one get in, it is blacked out here, at the top and one level down. */
export function createServiceLogger(level: string, destination?: DestinationStream): Logger {
  const paths = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`])
  const options = { level, redact: { paths, censor: '[redacted]' } }
  return destination === undefined ? pino(options) : pino(options, destination)
}
