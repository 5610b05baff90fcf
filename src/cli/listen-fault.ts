/** Why a command cannot listen, in a sentence with the cure. */
import { CozeChatError } from '../errors.ts'

export interface Listening {
  port: number
  host: string
  /** What the owner sets the two by. Default `PORT` and `HOST`. */
  names?: readonly [port: string, host: string]
}

/** @returns `misconfigured` for an error of `listen`, any other error as it is */
export function listenFault(error: unknown, { port, host, names = ['PORT', 'HOST'] }: Listening): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return error
  if (error.syscall !== 'listen' && error.syscall !== 'getaddrinfo') return error
  const [portName, hostName] = names
  const cures: Readonly<Record<string, string>> = {
    EADDRINUSE: `${portName} ${port} is taken by another process; stop that one, or choose another ${portName}.`,
    EACCES: `${portName} ${port} is reserved; choose one above 1023 and let a proxy listen on ${port}.`,
    EADDRNOTAVAIL: `${hostName} ${host} is not an address of this machine; use 127.0.0.1 behind a proxy, or 0.0.0.0.`,
    ENOTFOUND: `${hostName} ${host} is not a known name; use 127.0.0.1 behind a proxy, or 0.0.0.0.`,
  }
  const message =
    cures[String(error.code)] ??
    `${portName} ${port} on ${hostName} ${host} cannot be listened on (${error.code}); choose another ${portName} or ${hostName}.`
  return new CozeChatError('misconfigured', message, { cause: error })
}
