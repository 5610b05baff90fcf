import { beforeEach, expect, it, vi } from 'vitest'
import { createSealedStore } from '../../../src/platform/storage/sealed-store.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const { database, trouble } = vi.hoisted(() => ({
  database: new Map<string, { at: number; iv: Uint8Array; sealed: ArrayBuffer }>(),
  trouble: { thrown: undefined as Error | undefined },
}))

/** IndexedDB by the same few calls; the browser tests have the real one. */
vi.mock('idb-keyval', () => {
  const work =
    <T extends unknown[], R>(use: (...args: T) => R) =>
    async (...args: T): Promise<R> => {
      if (trouble.thrown) throw trouble.thrown
      return use(...args)
    }
  return {
    createStore: () => ({}),
    get: work((name: string) => database.get(name)),
    set: work(
      (name: string, entry: { at: number; iv: Uint8Array; sealed: ArrayBuffer }) => void database.set(name, entry),
    ),
    del: work((name: string) => void database.delete(name)),
    delMany: work((names: string[]) => void names.map((name) => database.delete(name))),
    entries: work(() => [...database]),
    clear: work(() => database.clear()),
  }
})

const DAY_MS = 86_400_000
const LIMITS = { maxAgeMs: 30 * DAY_MS, maxEntries: 10 }

beforeEach(() => {
  database.clear()
  trouble.thrown = undefined
})

it('answers what was written under the same name with the same secret, and nothing else', async () => {
  const store = createSealedStore('test', LIMITS, createFakeClock())
  expect(await store.write('a', 'secret', { text: 'Canary' })).toBe(true)
  expect(await store.read('a', 'secret')).toEqual({ text: 'Canary' })
  expect(await store.read('a', 'other secret')).toBeUndefined()
  expect(await store.read('b', 'secret')).toBeUndefined()
})

it('opening the database answers nothing, and a sick one breaks nothing', async () => {
  const store = createSealedStore('test', LIMITS, createFakeClock())
  trouble.thrown = new DOMException('The database is gone.', 'InvalidStateError')
  expect(store.open()).toBeUndefined()
  await new Promise((resolve) => setImmediate(resolve))
})

it('T24: without the secret an entry is noise, and it opens under no name but its own', async () => {
  const store = createSealedStore('test', LIMITS, createFakeClock())
  await store.write('a', 'secret', { text: 'Canary' })
  const entry = database.get('a')
  if (!entry) throw new Error('nothing was written')
  expect(new TextDecoder('latin1').decode(entry.sealed)).not.toContain('Canary')
  database.set('b', entry)
  expect(await store.read('b', 'secret')).toBeUndefined()
})

it('the same text is another noise each time', async () => {
  const store = createSealedStore('test', LIMITS, createFakeClock())
  await store.write('a', 'secret', 'same')
  const first = database.get('a')
  await store.write('a', 'secret', 'same')
  expect(database.get('a')?.iv).not.toEqual(first?.iv)
})

it('F19: forgets after thirty days, and what the clock says to be of the future', async () => {
  const clock = createFakeClock()
  const store = createSealedStore('test', LIMITS, clock)
  await store.write('a', 'secret', 1)
  clock.jumpWall(29 * DAY_MS)
  expect(await store.read('a', 'secret')).toBe(1)
  clock.jumpWall(2 * DAY_MS)
  expect(await store.read('a', 'secret')).toBeUndefined()
  clock.jumpWall(-100 * DAY_MS)
  expect(await store.read('a', 'secret')).toBeUndefined()
})

it('the first write of a page takes out what is old, and all but the ten newest', async () => {
  const clock = createFakeClock()
  for (let index = 0; index < 12; index++) {
    await createSealedStore('test', LIMITS, clock).write(`entry ${index}`, 'secret', index)
    clock.jumpWall(1000)
  }
  expect([...database.keys()]).toEqual(Array.from({ length: 10 }, (_, index) => `entry ${index + 2}`))
  clock.jumpWall(31 * DAY_MS)
  await createSealedStore('test', LIMITS, clock).write('new', 'secret', 1)
  expect([...database.keys()]).toEqual(['new'])
})

it('undefined takes an entry out, and clear takes out all', async () => {
  const store = createSealedStore('test', LIMITS, createFakeClock())
  await store.write('a', 'secret', 1)
  await store.write('b', 'secret', 2)
  expect(await store.write('a', 'secret', undefined)).toBe(false)
  expect([...database.keys()]).toEqual(['b'])
  await store.clear()
  expect([...database.keys()]).toEqual([])
})

it('F16, F17: where IndexedDB throws, nothing is kept and nothing rejects', async () => {
  const store = createSealedStore('test', LIMITS, createFakeClock())
  await store.write('a', 'secret', 1)
  trouble.thrown = new DOMException('The operation is insecure.', 'SecurityError')
  expect(await store.write('a', 'secret', 2)).toBe(false)
  expect(await store.read('a', 'secret')).toBeUndefined()
  await expect(store.clear()).resolves.toBeUndefined()
})

it('F51: on a plain http page, which has no subtle crypto, nothing is kept', async () => {
  vi.stubGlobal('crypto', { getRandomValues: (array: Uint8Array) => array })
  const store = createSealedStore('test', LIMITS, createFakeClock())
  expect(await store.write('a', 'secret', 1)).toBe(false)
  expect(database.size).toBe(0)
})

it('F19: foreign and broken entries are no entries', async () => {
  const store = createSealedStore('test', LIMITS, createFakeClock())
  for (const value of [42, 'text', { at: Date.now() }, { at: 'x', iv: 1, sealed: 2 }]) {
    database.set('a', value as never)
    expect(await store.read('a', 'secret')).toBeUndefined()
  }
  database.set('null', null as never)
  expect(await store.write('b', 'secret', 1)).toBe(true)
})
