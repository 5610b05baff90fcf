/** A map that forgets its oldest entries, so that a simulator left running for weeks stays small. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #limit: number
  readonly #onEvict: ((value: V) => void) | undefined

  constructor(limit: number, onEvict?: (value: V) => void) {
    super()
    this.#limit = limit
    this.#onEvict = onEvict
  }

  override set(key: K, value: V): this {
    super.set(key, value)
    if (this.size > this.#limit) {
      for (const [oldest, evicted] of this) {
        this.delete(oldest)
        this.#onEvict?.(evicted)
        break
      }
    }
    return this
  }
}
