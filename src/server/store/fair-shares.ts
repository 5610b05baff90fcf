/**
 * Knows who holds how much of a bounded table, so that when it is full, the one who holds the most gives way:
 * nobody can fill it at the cost of those who hold little.
 */
export interface FairShares {
  /** The owner holds the key, and has just used it. */
  use(owner: string, key: string): void
  /** The owner holds the key no longer. */
  drop(owner: string, key: string): void
  /** Of the owner who holds the most, the key that was not used for longest; `undefined` when nobody holds anything. */
  nextToGo(): string | undefined
}

export function createFairShares(): FairShares {
  /** In the order of their last use. */
  const keysOf = new Map<string, Set<string>>()
  /** Owners by how many keys they hold. */
  const ownersWith: Set<string>[] = []
  let most = 0

  function move(owner: string, from: number, to: number): void {
    ownersWith[from]?.delete(owner)
    if (to > 0) {
      const level = ownersWith[to] ?? new Set()
      ownersWith[to] = level.add(owner)
    }
    most = Math.max(most, to)
    while (most > 0 && (ownersWith[most]?.size ?? 0) === 0) most--
  }

  return {
    use(owner, key) {
      const keys = keysOf.get(owner) ?? new Set()
      const before = keys.size
      keys.delete(key)
      keysOf.set(owner, keys.add(key))
      if (keys.size !== before) move(owner, before, keys.size)
    },
    drop(owner, key) {
      const keys = keysOf.get(owner)
      if (keys === undefined || !keys.delete(key)) return
      move(owner, keys.size + 1, keys.size)
      if (keys.size === 0) keysOf.delete(owner)
    },
    nextToGo() {
      const [owner] = ownersWith[most] ?? []
      const [key] = (owner !== undefined && keysOf.get(owner)) || []
      return key
    },
  }
}
