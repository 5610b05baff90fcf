/** How many tokens a service would fetch that always has a good one for each session and never fetches one too many. */

/** A token of this life is renewed five seconds before its end. */
const LEAD_MS = 5_000

export interface IdealExchanges {
  /** Somebody has come, or is back; times are milliseconds. */
  began(session: string, at: number): void
  ended(session: string, at: number): void
  /** Whatever token this session has is worthless from now on. */
  spoilt(session: string, at: number): void
  count(at: number): number
}

export function createIdealExchanges(tokenMs: number): IdealExchanges {
  const open = new Map<string, number>()
  let closed = 0
  /** One at once, then one a life. */
  const between = (from: number, to: number) => 1 + Math.floor(Math.max(0, to - from) / (tokenMs - LEAD_MS))

  function ended(session: string, at: number): void {
    const from = open.get(session)
    if (from === undefined) return
    closed += between(from, at)
    open.delete(session)
  }

  return {
    began(session, at) {
      if (!open.has(session)) open.set(session, at)
    },
    ended,
    spoilt(session, at) {
      if (!open.has(session)) return
      ended(session, at)
      open.set(session, at)
    },
    count: (at) => closed + [...open.values()].reduce((sum, from) => sum + between(from, at), 0),
  }
}
