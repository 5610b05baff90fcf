import type { Clock } from '../../platform/clock.ts'
import type { RedisCommands } from './redis-commands.ts'

/** A command that makes Redis hold something until a certain time. */
export interface Write {
  /** By the monotonic clock: it may follow late, and the wall clock may have been set meanwhile (T40). */
  readonly endsAtMs: number
  /** @param leftMs milliseconds until then, as text */
  readonly args: (leftMs: string) => string[]
  /** The replies that say so. */
  readonly done: readonly string[]
}

/** Writes that Redis has missed or not yet answered, by key. They follow when it is back; otherwise a logout would be undone. */
export interface MissedWrites {
  has(key: string): boolean
  /** The write stays among the missed ones until Redis has it. Until then the memory answers for its key. */
  writeOrKeep(key: string, write: Write): Promise<void>
  /** Writes what Redis has missed of a key, unless somebody is at it. */
  writeMissed(key: string): Promise<void>
  /** The same for all keys. */
  catchUp(): Promise<void>
}

/** @param options.maxEntries those beyond are given up, the oldest first */
export function createMissedWrites(options: {
  commands: Pick<RedisCommands, 'run'>
  maxEntries: number
  clock: Clock
}): MissedWrites {
  const { commands, maxEntries, clock } = options
  const missed = new Map<string, Write>()
  const writing = new Set<Write>()

  async function writeOrKeep(key: string, write: Write): Promise<void> {
    const { endsAtMs, args, done } = write
    const leftMs = Math.ceil(endsAtMs - clock.monotonic())
    missed.delete(key)
    if (leftMs <= 0) return
    missed.set(key, write)
    for (const oldest of missed.keys()) if (missed.size > maxEntries) missed.delete(oldest)
    writing.add(write)
    const outcome = await commands.run(args(String(leftMs)), (text): text is string | number =>
      done.includes(String(text)),
    )
    writing.delete(write)
    if (outcome !== 'unreachable' && missed.get(key) === write) missed.delete(key)
  }

  async function retry(key: string, write: Write): Promise<void> {
    if (missed.get(key) === write && !writing.has(write)) await writeOrKeep(key, write)
  }

  return {
    has: (key) => missed.has(key),
    writeOrKeep,
    async writeMissed(key) {
      const write = missed.get(key)
      if (write !== undefined) await retry(key, write)
    },
    async catchUp() {
      for (const [key, write] of [...missed]) await retry(key, write)
    },
  }
}
