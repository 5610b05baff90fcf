import { describe, expect, it, vi } from 'vitest'
import { createFakeClock } from '../../support/fake-clock.ts'
import { type Browser, botId, createGatewayFixture, FILE_FORM, ORIGIN } from './support.ts'

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A gateway whose upstream reads each file to its end, and uploads that a test sends piece by piece. */
async function createUploads(maxOpenStreams = 2) {
  const clock = createFakeClock()
  const upstream = { reading: 0, broken: 0 }
  const fixture = await createGatewayFixture({
    service: { clock },
    gateway: { maxOpenStreams },
    fetch: async (input) => {
      const request = input as Request
      if (request.url.includes('/oauth2/')) return Response.json({ access_token: 'czs_1', expires_in: 900 })
      if (!request.url.endsWith('/upload')) return Response.json({ code: 0, data: {} })
      upstream.reading++
      try {
        const { byteLength } = await request.arrayBuffer()
        return Response.json({ code: 0, data: { id: '7600000000000000009', bytes: byteLength } })
      } catch (error) {
        upstream.broken++
        throw error
      } finally {
        upstream.reading--
      }
    },
  })
  /** Settles when the file was sent, or when its time is over. */
  const hold = (browser: Browser) => {
    let send: (piece: string | 'end') => void = () => {}
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const write = (text: string) => controller.enqueue(new TextEncoder().encode(text))
        send = (piece) => {
          write(piece === 'end' ? FILE_FORM.end : piece)
          if (piece === 'end') controller.close()
        }
        write(FILE_FORM.head)
      },
    })
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: {
        origin: ORIGIN,
        authorization: `Bearer ${browser.answer.access_token}`,
        'content-type': FILE_FORM.type,
      },
      body,
      duplex: 'half',
    }
    const answer = fixture.service.fetch(new Request(`${ORIGIN}/api/coze/v1/files/upload`, init))
    return { answer, send: (piece: string) => send(piece) }
  }
  const untilReading = async (count: number) => {
    while (upstream.reading < count) await settle()
  }
  return { ...fixture, clock, upstream, hold, untilReading }
}

describe('files on their way', () => {
  it('T33: are all that goes up of a form, and a form of something else is refused without a whole one going up', async () => {
    const { visit, hold, upstream, asked } = await createUploads(4)
    const ann = await visit()
    const part = (name: string) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\nvictim`
    const another = hold(ann)
    another.send(`A\r\n${part('user_id')}`)
    another.send('end')
    const response = await another.answer
    expect([response.status, await response.json(), upstream.broken]).toEqual([400, { error: 'bad_request' }, 1])
    const one = hold(ann)
    one.send('A')
    one.send('end')
    expect((await one.answer).status).toBe(200)
    expect(asked.at(-1)?.headers.get('content-type')).toMatch(/^multipart\/form-data; boundary=[\da-f-]{36}$/)
  })

  it('T13: count among the open streams of their session; another session is not affected', async () => {
    const { visit, hold, untilReading } = await createUploads(2)
    const [ann, bob] = [await visit(), await visit()]
    const held = [hold(ann), hold(ann)]
    await untilReading(2)
    const third = await hold(ann).answer
    expect([third.status, await third.json()]).toEqual([429, { error: 'rate_limited', retryAfter: 2 }])
    const his = hold(bob)
    await untilReading(3)
    for (const { send } of [...held, his]) send('end')
    expect((await Promise.all([...held, his].map(({ answer }) => answer))).map(({ status }) => status)).toEqual([
      200, 200, 200,
    ])
    const next = hold(ann)
    next.send('end')
    expect((await next.answer).status).toBe(200)
  })

  it('T26: that are cut off say nothing of Coze, to health checks neither', async () => {
    const { visit, hold, untilReading, service, events } = await createUploads(1)
    const ann = await visit()
    const { send } = hold(ann)
    await untilReading(1)
    send('x'.repeat(60 * 1024 * 1024))
    await vi.waitFor(() => expect(events).toContainEqual(expect.objectContaining({ status: 413 })))
    expect(events.map(({ type }) => type)).not.toContain('upstream_failed')
    const health = await service.fetch(new Request(`${ORIGIN}/api/coze/healthz`))
    expect(await health.json()).toMatchObject({ status: 'ok', upstream: 'ok' })
  })

  it('are given up with their place after twenty seconds of silence, and not while they flow', async () => {
    const { visit, hold, untilReading, clock, upstream, events } = await createUploads(1)
    const ann = await visit()
    const { answer, send } = hold(ann)
    await untilReading(1)
    for (let i = 0; i < 4; i++) {
      await clock.advance(15_000)
      send('some more')
      await settle()
    }
    expect(upstream.broken).toBe(0)
    await clock.advance(20_000)
    const response = await answer
    expect([response.status, await response.json(), upstream.broken]).toEqual([400, { error: 'bad_request' }, 1])
    expect(events.map(({ type }) => type)).not.toContain('upstream_failed')
    const next = hold(ann)
    next.send('end')
    expect((await next.answer).status).toBe(200)
  })

  it('may take five minutes and no longer, however steadily they trickle', async () => {
    const { visit, hold, untilReading, clock, events } = await createUploads(1)
    const ann = await visit()
    await ann.json('GET', `/v1/bots/${botId}`)
    const { answer, send } = hold(ann)
    await untilReading(1)
    for (let i = 0; i < 20; i++) {
      await clock.advance(15_000)
      if (i < 19) send('.')
      await settle()
    }
    expect((await answer).status).toBe(503)
    expect(events.map(({ type }) => type)).not.toContain('upstream_failed')
  })
})
