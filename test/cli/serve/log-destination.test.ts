import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createLogDestination } from '../../../src/cli/serve/log-destination.ts'

describe('T30: the log', () => {
  it('T30: lets go of lines when nobody takes them, with bounded memory, and tells how many', async () => {
    const taken: string[] = []
    let take: (() => void) | undefined
    const reader = new Writable({
      write(chunk, _, done) {
        taken.push(String(chunk))
        take = done
      },
    })
    const log = createLogDestination(reader)
    const line = `${'x'.repeat(999)}\n`
    for (let i = 0; i < 100_000; i++) log.write(line)
    expect(reader.writableLength).toBeLessThan(1_100_000)
    const started = performance.now()
    await log.flush(50)
    expect(performance.now() - started).toBeLessThan(5_000)
    reader._write = (chunk, _, done) => {
      taken.push(String(chunk))
      done()
    }
    take?.()
    await log.flush(1_000)
    log.write('back\n')
    await log.flush(1_000)
    const [told = '', back] = (taken.at(-1) ?? '').split('\n')
    expect(JSON.parse(told).lost).toBeGreaterThan(98_000)
    expect(back).toBe('back')
  })

  it('T30: neither throws nor ends when a write fails, and goes on when the disk has room again', async () => {
    let isFull = true
    const taken: string[] = []
    const disk = new Writable({
      autoDestroy: false,
      write(chunk, _, done) {
        if (isFull) return done(Object.assign(new Error('no space left'), { code: 'ENOSPC' }))
        taken.push(String(chunk))
        done()
      },
    })
    // As process.stdout does on a file: it does not end with its first error.
    disk.destroy = () => disk
    const log = createLogDestination(disk)
    for (let i = 0; i < 5; i++) log.write('lost\n')
    await new Promise((resolve) => setImmediate(resolve))
    // Whoever reads a pipe may go away between two lines; an error that nobody listens for ends the process.
    expect(() => disk.emit('error', new Error('EPIPE'))).not.toThrow()
    isFull = false
    const throwing = createLogDestination(
      Object.assign(new Writable(), {
        write: () => {
          throw new Error('EPIPE')
        },
      }),
    )
    expect(() => throwing.write('x')).not.toThrow()
    await throwing.flush(10)
  })
})
