import { afterEach, describe, expect, it } from 'vitest'
import { createEmitter } from '../../src/platform/emitter.ts'

describe('createEmitter', () => {
  const pageErrors: unknown[] = []
  const collect = (error: unknown) => pageErrors.push(error)
  afterEach(() => {
    process.off('uncaughtException', collect)
    pageErrors.length = 0
  })
  const setUp = () => {
    const heard: string[] = []
    return { heard, emitter: createEmitter<{ said: string; done: undefined }>() }
  }

  it('calls the listeners of an event in the order they came, until they unsubscribe', () => {
    const { heard, emitter } = setUp()
    const off = emitter.on('said', (text) => heard.push(`first ${text}`))
    emitter.on('said', (text) => heard.push(`second ${text}`))
    emitter.on('done', () => heard.push('done'))
    emitter.emit('said', 'hello')
    off()
    off()
    emitter.emit('said', 'bye')
    expect(heard).toEqual(['first hello', 'second hello', 'second bye'])
  })

  it('F54: takes no property that a library has added to every object for its listeners', () => {
    const { heard, emitter } = setUp()
    Object.assign(Object.prototype, { said: 'not ours' })
    try {
      emitter.on('said', (text) => heard.push(text))
      emitter.emit('said', 'hello')
    } finally {
      delete (Object.prototype as { said?: string }).said
    }
    expect(heard).toEqual(['hello'])
  })

  it('calls a listener once however often it was added, and whoever is there when the event begins', () => {
    const { heard, emitter } = setUp()
    const twice = () => {
      heard.push('twice')
      emitter.on('said', () => heard.push('late'))
    }
    emitter.on('said', twice)
    emitter.on('said', twice)
    emitter.emit('said', '')
    expect(heard).toEqual(['twice'])
  })

  it('what a listener throws is the page’s error, and the next listener is called all the same', async () => {
    // Vitest counts what nobody catches as a failure; here it is the promise.
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').on('uncaughtException', collect)
    const { heard, emitter } = setUp()
    const error = new Error('of the host')
    emitter.on('said', () => {
      throw error
    })
    emitter.on('said', (text) => heard.push(text))
    emitter.emit('said', 'hello')
    await new Promise((resolve) => setImmediate(resolve))
    for (const other of others) process.on('uncaughtException', other)
    expect([heard, pageErrors]).toEqual([['hello'], [error]])
  })

  it('calls nobody after clear()', () => {
    const { heard, emitter } = setUp()
    emitter.on('said', (text) => heard.push(text))
    emitter.clear()
    emitter.emit('said', 'hello')
    expect(heard).toEqual([])
  })
})
