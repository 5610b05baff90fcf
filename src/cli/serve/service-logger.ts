import { type DestinationStream, type Logger, pino } from 'pino'

const SECRET_FIELDS = ['authorization', 'cookie', 'access_token', 'session_id', 'assertion', 'privateKey', 'secret']

/**
 * Logs JSON lines. Events of the service hold no secret; as a second line of defence, fields with the names of secrets are
 * replaced by `[redacted]`, at the top of an event and one level below.
 * @param destination not pino's own, which waits for a reader that stands still and ends the process where a disk is full
 */
export function createServiceLogger(level: string, destination: DestinationStream | undefined): Logger {
  const paths = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`])
  const options = { level, redact: { paths, censor: '[redacted]' } }
  return destination === undefined ? pino(options) : pino(options, destination)
}
