/**
 * What a browser remembers for confirmed visitors: a user's for the whole device, an anonymous visitor's where their id lives. When it has to
 * be forgotten is decided in `visitor-state.ts`.
 */
import type { Platform } from '../../platform/browser.ts'
import type { KeyValueStorage } from '../../platform/storage/storage.ts'
import type { ConfirmedVisitor } from '../visitor-state.ts'
import { sealPlaceOf } from './seal-place.ts'
import { holdsSeal, MEMORY_PREFIX, readMemory, SERVED_SEAL, type VisitorMemory, writeMemory } from './visitor-memory.ts'

export interface MemoryStore {
  /** This browser keeps messages for somebody, whoever it is. */
  readonly hasKept: boolean
  /** @param servedSeal of this visitor, where the token service gives one out */
  recall(visitor: ConfirmedVisitor, servedSeal?: string): VisitorMemory
  /** Replaces what was remembered before, except the seal. */
  remember(visitor: ConfirmedVisitor, memory: VisitorMemory, servedSeal?: string): void
  /** Forgets what was remembered, for whomever. */
  forget(): void
}

export interface MemoryStoreOptions {
  /** Where an anonymous id lives. */
  scope: 'tab' | 'device'
  /** Separates what is remembered for several agents on one origin. */
  agent: string
  platform: Pick<Platform, 'openStorage'>
}

export function createMemoryStore({ scope, agent, platform }: MemoryStoreOptions): MemoryStore {
  const ofTab = platform.openStorage('session')
  const ofDevice = platform.openStorage('local')
  const key = MEMORY_PREFIX + agent
  const storageOf = ({ kind }: ConfirmedVisitor) => (kind === 'user' || scope === 'device' ? ofDevice : ofTab)

  /** @param mark what is remembered of the seal beside the rest */
  function readSeal(
    { kind, subject }: ConfirmedVisitor,
    mark: string | undefined,
    servedSeal: string | undefined,
  ): string | undefined {
    switch (sealPlaceOf(kind, mark === SERVED_SEAL)) {
      case 'served':
        return servedSeal
      case 'beside-memory':
        return mark
      case 'in-tab':
        return readMemory(ofTab, key, subject).seal
    }
  }

  const store: MemoryStore = {
    get hasKept() {
      return [ofTab, ofDevice].some((storage) => holdsSeal(storage, key))
    },
    recall(visitor, servedSeal) {
      const { seal: mark, ...memory } = readMemory(storageOf(visitor), key, visitor.subject)
      const seal = readSeal(visitor, mark, servedSeal)
      return { ...memory, ...(seal !== undefined && { seal }) }
    },
    remember(visitor, memory, servedSeal) {
      const { seal, ...rest } = { seal: store.recall(visitor, servedSeal).seal, ...memory }
      const write = (storage: KeyValueStorage, what: VisitorMemory) => writeMemory(storage, key, visitor.subject, what)
      if (seal === undefined) return write(storageOf(visitor), rest)
      switch (sealPlaceOf(visitor.kind, seal === servedSeal)) {
        case 'served':
          return write(storageOf(visitor), { ...rest, seal: SERVED_SEAL })
        case 'beside-memory':
          return write(storageOf(visitor), { ...rest, seal })
        case 'in-tab':
          write(ofTab, { seal })
          return write(storageOf(visitor), rest)
      }
    },
    forget() {
      for (const storage of [ofTab, ofDevice]) storage.removeAll(MEMORY_PREFIX)
    },
  }
  return store
}
