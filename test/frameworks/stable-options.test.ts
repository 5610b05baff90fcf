import { describe, expect, it, vi } from 'vitest'
import { createStableOptions } from '../../src/frameworks/stable-options.ts'

describe('options that are written anew with each rendering', () => {
  it('are the same object as long as they mean the same', () => {
    const stable = createStableOptions()
    const write = (name: string) => ({
      botId: '1',
      getToken: () => name,
      tools: { stock: () => name },
      suggestions: ['a', 'b'],
      metaData: { page: 'home' },
    })
    const first = stable(write('first'))
    expect(stable(write('second'))).toBe(first)
  })

  it('call the newest function', async () => {
    const stable = createStableOptions()
    const old = vi.fn()
    const first = stable({ getToken: old, tools: { a: old } })
    const newest = vi.fn(() => 'token')
    stable({ getToken: newest, tools: { a: newest } })
    const context = { sessionId: 's', expect: undefined, renew: false, signal: new AbortController().signal }
    expect(first.getToken?.(context)).toBe('token')
    first.tools?.['a']?.({}, { signal: context.signal })
    expect(newest).toHaveBeenCalledTimes(2)
    expect(newest).toHaveBeenCalledWith(context)
    expect(old).not.toHaveBeenCalled()
  })

  it.each([
    ['another value', { botId: '2' }],
    ['an option more', { botId: '1', title: 'T' }],
    ['an option less', {}],
    ['a list that is longer', { botId: '1', suggestions: ['a'] }],
  ])('are another object with %s, and keep the parts that are the same', (_, next) => {
    const stable = createStableOptions()
    const first = stable({ botId: '1', metaData: { a: '1' } })
    const second = stable({ ...next, metaData: { a: '1' } })
    expect(second).not.toBe(first)
    expect(second).toEqual({ ...next, metaData: { a: '1' } })
    expect(second.metaData).toBe(first.metaData)
  })

  it('leave elements and instances alone', () => {
    class Place {}
    const target = new Place() as Element
    expect(createStableOptions()({ target }).target).toBe(target)
  })
})
