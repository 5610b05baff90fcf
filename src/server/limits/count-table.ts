import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Clock } from '../../platform/clock.ts'

interface Entry {
  count: number
  readonly endsAtMs: number
}

/** How often a key was counted in its window, and when that is over (monotonic time). */
export interface Count {
  readonly count: number
  readonly endsAtMs: number
}

/**
 * Counts requests by key in windows of equal length, in the memory of this process and without timers, which an edge
 * runtime would end together with their request.
 *
 * The table is bounded. When it is full, it forgets keys that have hardly asked, then busy ones, and those that have used
 * up their budget last of all. So a flood of keys neither frees a blocked key nor costs anybody who is not in the table
 * their turn: to be forgotten only gives a budget back. A class of the library's kind, since its limiter for Redis counts
 * here while Redis is away.
 */
export class CountTable extends RateLimiterMemory {
  readonly #maxKeys: number
  readonly #clock: Clock
  /** By how much of the budget is used. In each the key that has been silent for longest comes first. */
  readonly #cold = new Map<string, Entry>()
  readonly #hot = new Map<string, Entry>()
  readonly #spent = new Map<string, Entry>()
  readonly #tables = [this.#cold, this.#hot, this.#spent] as const

  constructor(rule: { points: number; duration: number }, maxKeys: number, clock: Clock) {
    super({ ...rule, keyPrefix: '' })
    this.#maxKeys = maxKeys
    this.#clock = clock
  }

  /** Counts one more, refused or not. */
  count(key: string, now: number): Count {
    const known = this.#take(key, now)
    if (known === undefined) this.#makeRoom(now)
    const entry = known ?? { count: 0, endsAtMs: now + this.msDuration }
    entry.count++
    this.#tableFor(entry.count).set(key, entry)
    return entry
  }

  override async consume(key: string): Promise<RateLimiterRes> {
    const now = this.#clock.monotonic()
    const { count, endsAtMs } = this.count(key, now)
    const left = Math.max(0, this.points - count)
    const result = new RateLimiterRes(left, endsAtMs - now, count, count === 1)
    if (count > this.points) throw result
    return result
  }

  #tableFor(count: number): Map<string, Entry> {
    if (count >= this.points) return this.#spent
    return count * 2 >= this.points ? this.#hot : this.#cold
  }

  /** The entry of a key, taken out of its table; `undefined` when there is none or its window is over. */
  #take(key: string, now: number): Entry | undefined {
    for (const table of this.#tables) {
      const entry = table.get(key)
      if (entry === undefined) continue
      table.delete(key)
      return entry.endsAtMs > now ? entry : undefined
    }
    return undefined
  }

  /** Called before a key is added. One key comes, so forgetting a few at the head of each table keeps up and no call takes long. */
  #makeRoom(now: number): void {
    for (const table of this.#tables) {
      let steps = 2
      for (const [oldest, { endsAtMs }] of table) {
        if (endsAtMs > now || steps-- === 0) break
        table.delete(oldest)
      }
    }
    if (this.#cold.size + this.#hot.size + this.#spent.size < this.#maxKeys) return
    for (const table of this.#tables) {
      const [oldest] = table.keys()
      if (oldest === undefined) continue
      table.delete(oldest)
      return
    }
  }
}
