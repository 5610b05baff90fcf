import { describe, expect, it } from 'vitest'
import { createBackpressuredStream } from '../../../../src/server/gateway/response/backpressured-stream.ts'
import { createEventReader } from '../../../../src/server/gateway/response/event-reader.ts'
import { readTurnHead } from '../../../../src/server/gateway/upstream/turn-head.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const event = (name: string, json: string) => `event:${name}\ndata:${json}\n\n`
const CREATED = event('conversation.chat.created', '{"id":"7","conversation_id":"8"}')
const DELTA = event('conversation.message.delta', '{"id":"9","type":"answer","content":"tea"}')
const UNAVAILABLE = { name: 'ServiceError', code: 'upstream_unavailable', retryAfterSeconds: 2 }

/** A turn that comes in these pieces; an error breaks it off. */
function createTurn(...pieces: (string | Error)[]) {
  let closed = false
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces.shift()
        if (piece === undefined) controller.close()
        else if (piece instanceof Error) controller.error(piece)
        else controller.enqueue(bytes(piece))
      },
    },
    { highWaterMark: 0 },
  )
  const source = {
    body,
    signal: new AbortController().signal,
    close: () => {
      closed = true
    },
  }
  const stream = createBackpressuredStream(source, { reader: createEventReader(), clock: createFakeClock() })
  return { stream, isClosed: () => closed }
}

describe('whose a turn is', () => {
  it('is told by the first event that names its conversation, and nothing of the stream is lost by looking', async () => {
    const { stream, isClosed } = createTurn(': hi\n\n', DELTA, CREATED, DELTA)
    expect(await readTurnHead(stream)).toEqual({
      name: 'conversation.chat.created',
      data: { id: '7', conversation_id: '8' },
    })
    expect(isClosed()).toBe(false)
    const names = []
    for (let events = await stream.next(); events !== undefined; events = await stream.next()) {
      names.push(...events.map(({ name }) => name.split('.').at(-1)))
    }
    expect(names).toEqual(['delta', 'created', 'delta'])
  })

  it('is the first of several, and a failure is one as well', async () => {
    const other = CREATED.replace('"8"', '"9"')
    expect((await readTurnHead(createTurn(CREATED + other).stream))?.data).toMatchObject({ conversation_id: '8' })
    expect(await readTurnHead(createTurn(event('error', '{"code":4016}')).stream)).toEqual({
      name: 'error',
      data: { code: 4016 },
    })
  })

  it('is not told by a text in the place of fields, nor by a stream that ends without it', async () => {
    expect(await readTurnHead(createTurn(event('done', '"[DONE]"')).stream)).toBeUndefined()
    expect(await readTurnHead(createTurn().stream)).toBeUndefined()
  })

  it('T3: that it does not tell within 64 KiB goes to nobody, and its connection is closed', async () => {
    const { stream, isClosed } = createTurn(...Array.from({ length: 2_000 }, () => DELTA), CREATED)
    await expect(readTurnHead(stream)).rejects.toMatchObject(UNAVAILABLE)
    expect(isClosed()).toBe(true)
    await expect(stream.next().then(() => stream.next())).rejects.toThrow()
  })

  it('T26: that breaks off before it is an outage of Coze’s', async () => {
    const { stream, isClosed } = createTurn(DELTA, new Error('reset'))
    await expect(readTurnHead(stream)).rejects.toMatchObject(UNAVAILABLE)
    expect(isClosed()).toBe(true)
  })
})
