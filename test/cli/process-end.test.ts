import { afterEach, describe, expect, it, vi } from 'vitest'
import { onProcessEnd } from '../../src/cli/process-end.ts'

afterEach(() => void vi.useRealTimers())

describe('F92: a command that was started by npx', () => {
  const watch = (env: Record<string, string>) => {
    vi.useFakeTimers()
    let parent = 4_711
    let stopped = 0
    const release = onProcessEnd(() => stopped++, { env, parentId: () => parent, startedBy: 4_711 })
    return {
      release,
      orphan: () => {
        parent = 1
      },
      pass: () => vi.advanceTimersByTime(1_000),
      stopped: () => stopped,
    }
  }

  it('F92: ends with its parent, once', () => {
    for (const env of [{ npm_lifecycle_event: 'npx' }, { npm_execpath: '/usr/lib/node_modules/npm/bin/npm-cli.js' }]) {
      const before = process.listenerCount('SIGTERM')
      const { orphan, pass, stopped } = watch(env)
      pass()
      expect(stopped()).toBe(0)
      orphan()
      pass()
      pass()
      expect(stopped()).toBe(1)
      expect([process.listenerCount('SIGTERM'), vi.getTimerCount()]).toEqual([before, 0])
    }
  })

  it('F92: ends although its parent had ended before it was ready', () => {
    vi.useFakeTimers()
    let stopped = 0
    onProcessEnd(() => stopped++, { env: { npm_lifecycle_event: 'npx' }, parentId: () => 1, startedBy: 4_711 })
    vi.advanceTimersByTime(1_000)
    expect(stopped).toBe(1)
  })

  it('F92: outlives its parent when it was started in another way, as under nohup', () => {
    const { orphan, pass, stopped, release } = watch({})
    orphan()
    pass()
    expect(stopped()).toBe(0)
    release()
  })

  it('F92: is watched no longer than it runs', () => {
    const before = process.listenerCount('SIGINT')
    const { release, orphan, pass, stopped } = watch({ npm_lifecycle_event: 'npx' })
    release()
    orphan()
    pass()
    expect([stopped(), process.listenerCount('SIGINT'), vi.getTimerCount()]).toEqual([0, before, 0])
  })
})
