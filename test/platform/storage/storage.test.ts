// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openStorage } from '../../../src/platform/storage/storage.ts'
import { testKeyValueStorage } from '../../contracts/key-value-storage.ts'
import { memoryStorage } from '../../support/fake-platform.ts'

const original = Object.getOwnPropertyDescriptor(globalThis, 'sessionStorage')

function block(): void {
  Object.defineProperty(globalThis, 'sessionStorage', {
    configurable: true,
    get() {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    },
  })
}

beforeEach(() => {
  sessionStorage.clear()
  localStorage.clear()
})
afterEach(() => {
  if (original) Object.defineProperty(globalThis, 'sessionStorage', original)
})

testKeyValueStorage('sessionStorage', () => openStorage('session'))
testKeyValueStorage('localStorage', () => openStorage('local'))
testKeyValueStorage('blocked storage', () => {
  block()
  return openStorage('session')
})
testKeyValueStorage('full storage', () => {
  vi.stubGlobal('sessionStorage', fullArea())
  return openStorage('session')
})
testKeyValueStorage('the storage of the fake platform', () => memoryStorage(new Map()))

function fullArea(): Storage {
  const values = new Map([['old', 'value']])
  return {
    get length() {
      return values.size
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem() {
      throw new DOMException('full', 'QuotaExceededError')
    },
    removeItem: (key) => void values.delete(key),
    clear: () => values.clear(),
  }
}

describe('openStorage', () => {
  it('keeps values where a reload finds them', () => {
    openStorage('session').set('key', 'value')
    expect(sessionStorage.getItem('key')).toBe('value')
    expect(localStorage.getItem('key')).toBeNull()
    expect(openStorage('session')).toMatchObject({ persistent: true })
  })

  it('F16: says that nothing persists where storage is blocked', () => {
    block()
    expect(openStorage('session').persistent).toBe(false)
  })

  it('F17: a full area keeps the new value in memory, and the old one does not come back', () => {
    const area = fullArea()
    vi.stubGlobal('sessionStorage', area)
    const storage = openStorage('session')
    expect(storage.get('old')).toBe('value')
    storage.set('old', 'new')
    expect([storage.get('old'), storage.persistent, area.getItem('old')]).toEqual(['new', false, null])
  })

  it('F16, F17: an area that takes a value and does not have it afterwards, as before a consent, is none', () => {
    vi.stubGlobal('sessionStorage', { ...fullArea(), setItem() {} })
    const storage = openStorage('session')
    storage.set('key', 'value')
    expect([storage.get('key'), storage.persistent]).toEqual(['value', false])
  })
})
