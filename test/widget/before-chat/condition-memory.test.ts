import { beforeEach, describe, expect, it } from 'vitest'
import type { KeyValueStorage } from '../../../src/platform/storage/storage.ts'
import { MEMORY_PREFIX } from '../../../src/visitor/memory/visitor-memory.ts'
import { createConditionMemory } from '../../../src/widget/before-chat/condition-memory.ts'

function memoryStorage(): KeyValueStorage & { readonly keys: string[] } {
  const map = new Map<string, string>()
  return {
    persistent: true,
    get: (key) => map.get(key),
    set: (key, value) => void map.set(key, value),
    remove: (key) => void map.delete(key),
    removeAll(prefix) {
      for (const key of [...map.keys()]) if (key.startsWith(prefix)) map.delete(key)
    },
    get keys() {
      return [...map.keys()]
    },
  }
}

let local = memoryStorage()
/** Of the tab. */
let session = memoryStorage()

beforeEach(() => {
  local = memoryStorage()
  session = memoryStorage()
})

const memory = ({ agent = '7', scope = 'tab', follows = true, name = 'consent' } = {}) =>
  createConditionMemory({
    name: name as 'consent',
    agent,
    scope: scope as 'tab',
    follows,
    open: (kind) => (kind === 'local' ? local : session),
  })

const anonymous = { subject: 's_1', kind: 'anonymous' } as const
const ann = { subject: 's_ann', kind: 'user' } as const
const bo = { subject: 's_bo', kind: 'user' } as const
const newTab = () => {
  session = memoryStorage()
}

describe('what was answered before the chat', () => {
  it('counts for the words that were asked, of that agent', () => {
    memory().keep('May we?', 'given')
    expect(memory().recall('May we?')).toBe('given')
    expect(memory().recall('May we, and our partners?')).toBeUndefined()
    expect(memory({ agent: '8' }).recall('May we?')).toBeUndefined()
  })

  it('of an anonymous visitor ends with the tab, or lives as long as the visitor of a device', () => {
    memory().keep('May we?', 'given')
    expect(memory().belongsTo(anonymous)).toBe(true)
    newTab()
    expect(memory().recall('May we?')).toBeUndefined()
    memory({ scope: 'device' }).keep('May we?', 'given')
    newTab()
    expect(memory({ scope: 'device' }).recall('May we?')).toBe('given')
  })

  it('of a user is found in another tab by that user, and by nobody else', () => {
    memory().keep('May we?', 'given')
    memory().belongsTo(ann)
    newTab()
    expect(memory().recall('May we?')).toBe('given')
    expect(memory().belongsTo(ann)).toBe(true)
    newTab()
    expect(memory().belongsTo(bo)).toBe(false)
    expect(memory().recall('May we?')).toBeUndefined()
    newTab()
    expect(memory().recall('May we?')).toBeUndefined()
  })

  it('of a form does not leave the tab', () => {
    memory({ name: 'form', follows: false }).keep('fields', '{"email":"ann@example.com"}')
    memory({ name: 'form', follows: false }).belongsTo(ann)
    expect(local.keys).toEqual([])
  })

  it('goes when the session forgets its visitor, without this code', () => {
    memory().keep('May we?', 'given')
    memory().belongsTo(ann)
    for (const storage of [local, session]) storage.removeAll(MEMORY_PREFIX)
    expect(memory().recall('May we?')).toBeUndefined()
  })

  it('that is not readable is as if it had not been', () => {
    session.set(`${MEMORY_PREFIX}consent:7`, '{"asked":1}')
    expect(memory().recall('May we?')).toBeUndefined()
    session.set(`${MEMORY_PREFIX}consent:7`, 'null')
    expect(memory().recall('May we?')).toBeUndefined()
    expect(memory().belongsTo(ann)).toBe(true)
  })
})
