import { describe, expect, it } from 'vitest'
import { createBackpressuredStream, rawBytes } from '../../../../src/server/gateway/response/backpressured-stream.ts'
import type { PieceReader } from '../../../../src/server/gateway/response/piece-source.ts'
import { joinBytes } from '../../../../src/server/http/join-bytes.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (part: Uint8Array) => new TextDecoder().decode(part)
const MINUTE = 60_000

/** A chunk is pieces with commas between them, or nothing where it begins with `:`; `!` cannot be read; the last piece is told at the end. */
const words: PieceReader<string> = {
  push(chunk) {
    const said = text(chunk)
    if (said === '!') throw new Error('unreadable')
    return said.startsWith(':') ? [] : said.split(',')
  },
  end: () => ['end'],
}

/** A stream whose source gives what the test pushes, and reads no further than it is asked to. */
function createDriven({ pieceReader = words }: { pieceReader?: PieceReader<string> } = {}) {
  const clock = createFakeClock()
  const visitor = new AbortController()
  const facts = { pulls: 0, cancelled: 0, closed: 0 }
  let source: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        source = controller
      },
      pull: () => void facts.pulls++,
      cancel: () => void facts.cancelled++,
    },
    { highWaterMark: 0 },
  )
  const stream = createBackpressuredStream(
    { body, signal: visitor.signal, close: () => void facts.closed++ },
    { reader: pieceReader, clock },
  )
  return {
    stream,
    clock,
    visitor,
    facts,
    push: (...chunks: string[]) => {
      for (const chunk of chunks) source?.enqueue(bytes(chunk))
    },
    end: () => source?.close(),
    breakOff: () => source?.error(new Error('reset')),
  }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('next', () => {
  it('gives all that has come, in its order, then the end, and again the end', async () => {
    const { stream, push, end, facts } = createDriven()
    push('a', 'b', 'c')
    expect(await stream.next()).toEqual(['a', 'b', 'c'])
    const waited = stream.next()
    push('d')
    expect(await waited).toEqual(['d'])
    push('e')
    end()
    expect(await stream.next()).toEqual(['e', 'end'])
    expect([await stream.next(), await stream.next()]).toEqual([undefined, undefined])
    expect(facts.closed).toBe(1)
  })

  it('waits for nothing beyond the first piece, and loses no chunk by looking for it', async () => {
    const { stream, push } = createDriven()
    push('a')
    expect(await stream.next()).toEqual(['a'])
    push('b')
    await settle()
    push('c')
    expect(await stream.next()).toEqual(['b', 'c'])
  })

  it('F71: takes about 64 KiB at a time and leaves the rest with upstream', async () => {
    const { stream, push } = createDriven()
    const chunk = 'x'.repeat(16 * 1024)
    push(...Array.from({ length: 10 }, () => chunk))
    const sizes = []
    for (let i = 0; i < 3; i++) sizes.push((await stream.next())?.length)
    expect(sizes).toEqual([4, 4, 2])
  })

  it('passes over what nobody may see, and says every 15 seconds that upstream is there', async () => {
    const { stream, push, clock } = createDriven()
    push(':', ':', 'a')
    expect(await stream.next()).toEqual(['a'])
    await clock.advance(14_999)
    let given: unknown = 'waiting'
    void stream.next().then((pieces) => {
      given = pieces
    })
    push(':')
    await settle()
    expect(given).toBe('waiting')
    await clock.advance(1)
    push(':')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(given).toEqual([])
    // Counted from the last sign of life.
    await clock.advance(14_999)
    given = 'waiting'
    void stream.next().then((pieces) => {
      given = pieces
    })
    push(':')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(given).toBe('waiting')
    push('b')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(given).toEqual(['b'])
  })

  it('lets everything else run while nothing that comes may be seen', async () => {
    let isOver = false
    let pulls = 0
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (isOver || pulls++ > 100_000) controller.close()
          else controller.enqueue(bytes(':'.repeat(70_000)))
        },
      },
      { highWaterMark: 0 },
    )
    const source = { body, signal: new AbortController().signal, close: () => {} }
    const stream = createBackpressuredStream(source, { reader: words, clock: createFakeClock() })
    setTimeout(() => {
      isOver = true
    }, 5)
    expect([await stream.next(), isOver]).toEqual([['end'], true])
  })

  it('says nothing of the kind at the end', async () => {
    const silent: PieceReader<string> = { push: () => [], end: () => [] }
    const { stream, push, end, clock } = createDriven({ pieceReader: silent })
    await clock.advance(15_000)
    push('x')
    end()
    expect(await stream.next()).toBeUndefined()
  })

  it('is at its end at once where there is no body', async () => {
    const source = { body: null, signal: new AbortController().signal, close: () => {} }
    const stream = createBackpressuredStream(source, { reader: words, clock: createFakeClock() })
    expect([await stream.next(), await stream.next()]).toEqual([['end'], undefined])
  })
})

describe('F39: a stream that breaks off', () => {
  it('is an error, also for whoever asks again, and its connection is closed', async () => {
    const { stream, push, breakOff, facts } = createDriven()
    push('a')
    expect(await stream.next()).toEqual(['a'])
    breakOff()
    await expect(stream.next()).rejects.toThrow('reset')
    await expect(stream.next()).rejects.toBeInstanceOf(Error)
    expect(facts.closed).toBe(1)
  })

  it('gives first what had come in front of it', async () => {
    const { stream, push, breakOff } = createDriven()
    const waited = stream.next()
    push('a')
    expect(await waited).toEqual(['a'])
    breakOff()
    await expect(stream.next()).rejects.toThrow()
  })

  it('is one that cannot be read as well', async () => {
    const { stream, push, facts } = createDriven()
    push('!')
    await expect(stream.next()).rejects.toThrow('unreadable')
    expect([facts.closed, facts.cancelled]).toEqual([1, 1])
  })

  it('is one whose end cannot be read, also for whoever asks again', async () => {
    const unfinished: PieceReader<string> = {
      push: () => [],
      end: () => {
        throw new Error('unfinished')
      },
    }
    const { stream, end, facts } = createDriven({ pieceReader: unfinished })
    end()
    await expect(stream.next()).rejects.toThrow('unfinished')
    await expect(stream.next()).rejects.toThrow('broke off')
    expect(facts.closed).toBe(1)
  })

  it('is one whose visitor has left, also while they wait', async () => {
    const { stream, visitor, facts } = createDriven()
    const waited = stream.next()
    visitor.abort()
    await expect(waited).rejects.toThrow('broke off')
    await expect(stream.next()).rejects.toThrow('broke off')
    expect([facts.closed, facts.cancelled]).toEqual([1, 1])
  })

  it('is no longer one once it has ended', async () => {
    const { stream, end, visitor, facts } = createDriven()
    end()
    expect(await stream.next()).toEqual(['end'])
    visitor.abort()
    stream.close()
    expect([await stream.next(), facts.closed]).toEqual([undefined, 1])
  })
})

describe('F46: silence', () => {
  it('ends a stream after a minute without a first chunk', async () => {
    const { clock, facts } = createDriven()
    await clock.advance(MINUTE - 1)
    expect(facts.closed).toBe(0)
    await clock.advance(1)
    expect([facts.closed, facts.cancelled, clock.pending]).toEqual([1, 1, 0])
  })

  it('ends it after five minutes without another, counted from the last', async () => {
    const { stream, clock, push, facts } = createDriven()
    for (let i = 0; i < 3; i++) {
      push('a')
      await stream.next()
      await clock.advance(5 * MINUTE - 1)
      expect(facts.closed).toBe(0)
    }
    await clock.advance(1)
    expect([facts.closed, clock.pending]).toEqual([1, 0])
  })

  it('is not waited for once the stream is closed', () => {
    const { stream, clock } = createDriven()
    expect(clock.pending).toBe(1)
    stream.close()
    expect(clock.pending).toBe(0)
  })
})

describe('peek', () => {
  it('reads until it finds, and what it read is still there', async () => {
    const { stream, push, end } = createDriven()
    push('a', 'b', 'c')
    expect(await stream.peek((piece) => piece === 'b', 100)).toBe(true)
    expect(await stream.next()).toEqual(['a', 'b'])
    end()
    expect(await stream.next()).toEqual(['c', 'end'])
  })

  it('finds one of several that came together', async () => {
    const { stream, push } = createDriven()
    push('a,b,c')
    expect(await stream.peek((piece) => piece === 'b', 4)).toBe(true)
    expect(await stream.next()).toEqual(['a', 'b', 'c'])
  })

  it('is within its limit when the stream ends without it', async () => {
    const { stream, push, end } = createDriven()
    push('a')
    end()
    expect(await stream.peek(() => false, 100)).toBe(true)
    expect([await stream.next(), await stream.next()]).toEqual([['a', 'end'], undefined])
  })

  it.each([
    [3, true],
    [2, true],
    [1, false],
  ])('reads on while no more than %i bytes have come', async (maxBytes, isWithin) => {
    const { stream, push } = createDriven()
    push('a', 'b', 'c', 'd')
    expect(await stream.peek((piece) => piece === 'c', maxBytes)).toBe(isWithin)
  })

  it('closes what breaks off', async () => {
    const { stream, breakOff, facts } = createDriven()
    breakOff()
    await expect(stream.peek(() => true, 100)).rejects.toThrow('reset')
    expect(facts.closed).toBe(1)
  })
})

describe('body', () => {
  it('is what is written of each batch, and reads only when it is read', async () => {
    const { stream, push, end, facts } = createDriven()
    const reader = stream.body((pieces) => bytes(pieces.join('+'))).getReader()
    await settle()
    expect(facts.pulls).toBe(0)
    push('a', 'b')
    expect(text((await reader.read()).value ?? bytes(''))).toBe('a+b')
    end()
    expect(text((await reader.read()).value ?? bytes(''))).toBe('end')
    expect((await reader.read()).done).toBe(true)
  })

  it('F56: lets go of upstream when it is cancelled', async () => {
    const { stream, facts } = createDriven()
    await stream.body((pieces) => bytes(pieces.join(''))).cancel()
    expect([facts.closed, facts.cancelled]).toEqual([1, 1])
  })

  it('F39: ends with an error where the stream was closed', async () => {
    const { stream } = createDriven()
    const reader = stream.body((pieces) => bytes(pieces.join(''))).getReader()
    const read = reader.read()
    stream.close()
    await expect(read).rejects.toThrow('broke off')
  })
})

describe('onClose', () => {
  it.each(['end', 'close', 'leave', 'break', 'silence'])('is called once, by %s', async (how) => {
    const { stream, end, visitor, breakOff, clock } = createDriven()
    let calls = 0
    stream.onClose(() => void calls++)
    const read = stream.next().catch(() => undefined)
    expect(calls).toBe(0)
    if (how === 'end') end()
    if (how === 'close') stream.close()
    if (how === 'leave') visitor.abort()
    if (how === 'break') breakOff()
    if (how === 'silence') await clock.advance(MINUTE)
    await read
    stream.close()
    visitor.abort()
    expect(calls).toBe(1)
  })

  it('is called at once for a stream that has ended', () => {
    const { stream } = createDriven()
    stream.close()
    let calls = 0
    stream.onClose(() => void calls++)
    expect(calls).toBe(1)
  })

  it('leaves no listener with the connection', () => {
    const { signal } = new AbortController()
    const held = new Set<unknown>()
    signal.addEventListener = (_type: string, listener: unknown) => void held.add(listener)
    signal.removeEventListener = (_type: string, listener: unknown) => void held.delete(listener)
    const source = { body: null, signal, close: () => {} }
    const stream = createBackpressuredStream(source, { reader: words, clock: createFakeClock() })
    expect(held.size).toBe(1)
    stream.close()
    expect(held.size).toBe(0)
  })
})

describe('bytes', () => {
  it('T32: pass as they came, and join without a gap', () => {
    expect(rawBytes.push(bytes('a'))).toEqual([bytes('a')])
    expect(rawBytes.end()).toEqual([])
    expect(joinBytes([bytes('ab'), bytes(''), bytes('c')])).toEqual(bytes('abc'))
    expect(joinBytes([])).toEqual(bytes(''))
  })
})
