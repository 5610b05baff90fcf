/** Calls of the page that wait for a chat which may not begin yet. */
export interface WaitingLine<Awaited> {
  join(): Promise<Awaited>
  admit(awaited: Awaited): void
  turnAway(reason: unknown): void
}

interface Waiting<Awaited> {
  resolve(awaited: Awaited): void
  reject(reason: unknown): void
}

export function createWaitingLine<Awaited>(): WaitingLine<Awaited> {
  const waiting: Waiting<Awaited>[] = []
  return {
    join: () =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
      }),
    admit(awaited) {
      for (const { resolve } of waiting.splice(0)) resolve(awaited)
    },
    turnAway(reason) {
      for (const { reject } of waiting.splice(0)) reject(reason)
    },
  }
}
