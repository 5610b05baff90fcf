/** Browser storage that never throws: where it is blocked, full or missing, values are kept in memory instead. */

export interface KeyValueStorage {
  /** False once a value is in memory only, so that a reload loses it. */
  readonly persistent: boolean
  get(key: string): string | undefined
  set(key: string, value: string): void
  remove(key: string): void
  /** Removes every key that begins with `prefix`. */
  removeAll(prefix: string): void
}

export function openStorage(kind: 'session' | 'local'): KeyValueStorage {
  const memory = new Map<string, string>()
  // Looked up at each use: the getter itself throws where storage is blocked, and a host may replace it.
  const use = <T>(work: (area: Storage) => T): T | undefined => {
    try {
      return work(kind === 'local' ? localStorage : sessionStorage)
    } catch {
      return undefined
    }
  }
  const storage: KeyValueStorage = {
    get persistent() {
      return memory.size === 0 && use((area) => area.length) !== undefined
    },
    get: (key) => memory.get(key) ?? use((area) => area.getItem(key)) ?? undefined,
    set(key, value) {
      // A full area refuses the new value and keeps the old one, which must not come back after a reload.
      storage.remove(key)
      const written = use((area) => {
        area.setItem(key, value)
        // What asks visitors for their consent may have put functions without effect in the place of the browser's.
        return area.getItem(key) === value
      })
      if (!written) memory.set(key, value)
    },
    remove(key) {
      memory.delete(key)
      use((area) => area.removeItem(key))
    },
    removeAll(prefix) {
      for (const key of [...memory.keys(), ...(use(Object.keys) ?? [])]) if (key.startsWith(prefix)) storage.remove(key)
    },
  }
  return storage
}
