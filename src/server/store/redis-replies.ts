/** Which replies of Redis belong to which command, and what its errors say. A broken proxy may give the reply to another command. */
import { failureName } from '../resilience/at-fault.ts'

export function isTextOrNull(reply: unknown): reply is string | null {
  return reply === null || typeof reply === 'string'
}

/** `null`: the key is held by another. */
export function isSetReply(reply: unknown): reply is 'OK' | null {
  return reply === null || reply === 'OK'
}

/** Clients give a whole number of Redis as a number, a bigint or its digits, as they were set up. */
export type Count = number | bigint | string

export function isCount(reply: unknown): reply is Count {
  return typeof reply === 'number' || typeof reply === 'bigint' || (typeof reply === 'string' && /^-?\d+$/.test(reply))
}

/**
 * Tells what a limiter has counted: the requests in its window, with the one in question, and the milliseconds that the window
 * has left. Any other pair would let everybody through, or refuse them for years.
 * @param windowSeconds its length
 */
export function isCounted(windowSeconds: number): (reply: unknown) => reply is Count[] {
  return (reply): reply is Count[] => {
    if (!Array.isArray(reply) || reply.length !== 2 || !reply.every(isCount)) return false
    const [requests, leftMs] = reply.map(Number) as [number, number]
    return requests >= 1 && leftMs >= 0 && leftMs <= windowSeconds * 1000
  }
}

/** Both clients throw error replies of Redis as errors whose message begins with the code of the reply, such as READONLY. */
export function replyCode(error: unknown): string {
  const [code] = (error instanceof Error && /^[A-Z][A-Z0-9]{2,31}(?= |$)/.exec(error.message)) || [failureName(error)]
  return code
}
