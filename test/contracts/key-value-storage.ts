import { describe, expect, it } from 'vitest'
import type { KeyValueStorage } from '../../src/platform/storage/storage.ts'

/** What every storage of ours promises, wherever it keeps its values. */
export function testKeyValueStorage(name: string, create: () => KeyValueStorage): void {
  describe(`${name} is a key-value storage`, () => {
    it('answers undefined for what it never got', () => {
      expect(create().get('missing')).toBeUndefined()
    })

    it('answers what it got last', () => {
      const storage = create()
      storage.set('key', 'one')
      storage.set('key', 'two, 张三 😀')
      expect(storage.get('key')).toBe('two, 张三 😀')
    })

    it('keeps an empty text apart from nothing', () => {
      const storage = create()
      storage.set('key', '')
      expect(storage.get('key')).toBe('')
    })

    it('forgets one key, or all that begin alike, and leaves the rest alone', () => {
      const storage = create()
      for (const key of ['a:1', 'a:2', 'b:1', 'a']) storage.set(key, key)
      storage.remove('b:1')
      storage.removeAll('a:')
      expect(['a:1', 'a:2', 'b:1', 'a'].map((key) => storage.get(key))).toEqual([undefined, undefined, undefined, 'a'])
    })
  })
}
