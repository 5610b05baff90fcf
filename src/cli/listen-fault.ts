/** Why a command cannot listen, in a sentence with the cure. */
import { CozeChatError } from '../errors.ts'
import { say } from './say.ts'

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
    EADDRINUSE: say(
      `${portName} ${port} is taken by another process; stop that one, or choose another ${portName}.`,
      `${portName} ${port} 已被其他进程占用；请停止那个进程，或换一个 ${portName}。`,
    ),
    EACCES: say(
      `${portName} ${port} is reserved; choose one above 1023 and let a proxy listen on ${port}.`,
      `${portName} ${port} 是系统保留的端口；请选用 1023 以上的端口，由代理监听 ${port}。`,
    ),
    EADDRNOTAVAIL: say(
      `${hostName} ${host} is not an address of this machine; use 127.0.0.1 behind a proxy, or 0.0.0.0.`,
      `${hostName} ${host} 不是本机的地址；放在代理后面时请用 127.0.0.1，否则用 0.0.0.0。`,
    ),
    ENOTFOUND: say(
      `${hostName} ${host} is not a known name; use 127.0.0.1 behind a proxy, or 0.0.0.0.`,
      `${hostName} ${host} 无法解析；放在代理后面时请用 127.0.0.1，否则用 0.0.0.0。`,
    ),
  }
  const message =
    cures[String(error.code)] ??
    say(
      `${portName} ${port} on ${hostName} ${host} cannot be listened on (${error.code}); choose another ${portName} or ${hostName}.`,
      `无法在 ${hostName} ${host} 上监听 ${portName} ${port}（${error.code}）；请换一个 ${portName} 或 ${hostName}。`,
    )
  return new CozeChatError('misconfigured', message, { cause: error })
}
