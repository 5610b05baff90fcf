import { describe, expect, it } from 'vitest'
import { openUpload } from '../../../../src/server/gateway/request/upload-body.ts'
import { BODY_TAKEN } from '../../../../src/server/http/request-body.ts'
import { toServiceRequest } from '../../../../src/server/http/service-request.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'

const TYPE = 'multipart/form-data; boundary=x'
const HEAD = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
const END = '\r\n--x--\r\n'
const FORM = `${HEAD}tea${END}`
const SILENCE_MS = 20_000
const bytes = (text: string) => new TextEncoder().encode(text)
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

/** An upload whose pieces the test sends, and the one who reads it. */
function open({ maxBytes = 1_000, headers = {} as Record<string, string> } = {}) {
  const clock = createFakeClock()
  const sender = { cancelled: undefined as unknown, send: (_text: string) => {}, end: () => {}, breakOff: () => {} }
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      sender.send = (text) => controller.enqueue(bytes(text))
      sender.end = () => controller.close()
      sender.breakOff = () => controller.error(new Error('The connection was reset.'))
    },
    cancel(reason) {
      sender.cancelled = reason ?? 'without a reason'
    },
  })
  const init: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    headers: { 'content-type': TYPE, ...headers },
    body,
    duplex: 'half',
  }
  const upload = openUpload(toServiceRequest(new Request('https://shop.test/', init), {}), { maxBytes, clock })
  return { upload, reader: upload.stream.getReader(), sender, clock }
}

/** Everything that goes up, and how that ends. */
async function readAll({ upload, reader }: ReturnType<typeof open>) {
  let up = ''
  const decoder = new TextDecoder()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { up, failure: upload.failure, ended: 'whole' }
      up += decoder.decode(value, { stream: true })
    }
  } catch {
    return { up, failure: upload.failure, ended: 'cut off' }
  }
}

describe('an upload', () => {
  it('T33: goes up as a form of one file, with a boundary of ours', async () => {
    const opened = open()
    opened.sender.send(FORM)
    opened.sender.end()
    const { up, ...end } = await readAll(opened)
    expect(end).toEqual({ failure: undefined, ended: 'whole' })
    const [, boundary = ''] = /^multipart\/form-data; boundary=([\da-f-]{36})$/.exec(opened.upload.contentType) ?? []
    expect(up).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n` +
        `Content-Type: application/octet-stream\r\n\r\ntea\r\n--${boundary}--\r\n`,
    )
  })

  it('T31: is not read before somebody reads it, and then piece by piece', async () => {
    const { upload, reader, sender } = open()
    await settle()
    expect(upload.awaitsSender).toBe(false)
    const first = reader.read()
    expect(upload.awaitsSender).toBe(true)
    // A piece of the form of which nothing can go up yet is not given to the reader.
    sender.send(HEAD.slice(0, 10))
    await settle()
    expect(upload.awaitsSender).toBe(true)
    sender.send(HEAD.slice(10))
    expect(new TextDecoder().decode((await first).value)).toMatch(/\r\n\r\n$/)
    await settle()
    expect(upload.awaitsSender).toBe(false)
  })

  it('T31: of as many bytes as are allowed goes up, and of one more is cut off', async () => {
    for (const [maxBytes, ended] of [
      [FORM.length, { ended: 'whole', failure: undefined }],
      [FORM.length - 1, { ended: 'cut off', failure: 'too_large' }],
    ] as const) {
      const opened = open({ maxBytes })
      const read = readAll(opened)
      for (const piece of [FORM.slice(0, 80), FORM.slice(80)]) {
        opened.sender.send(piece)
        await settle()
      }
      if (ended.ended === 'whole') opened.sender.end()
      expect(await read).toMatchObject(ended)
      expect(opened.sender.cancelled).toBe(ended.ended === 'whole' ? undefined : 'without a reason')
    }
  })

  it('T31: whose head says that it is too large is refused before a byte of it is read', () => {
    const length = (size: number) => ({ maxBytes: 100, headers: { 'content-length': String(size) } })
    expect(() => open(length(101))).toThrow(expect.objectContaining({ code: 'too_large' }))
    expect(() => open(length(100))).not.toThrow()
  })

  it('of another type than a form is refused, and one without a body', () => {
    for (const type of ['application/json', 'multipart/form-data', '']) {
      const headers = { 'content-type': type }
      expect(() => open({ headers })).toThrow(expect.objectContaining({ code: 'unsupported_media_type' }))
    }
    const clock = createFakeClock()
    for (const headers of [{ 'content-type': TYPE }, {}]) {
      const request = toServiceRequest(new Request('https://shop.test/', { method: 'POST', headers }), {})
      expect(() => openUpload(request, { maxBytes: 100, clock })).toThrow(
        expect.objectContaining(
          'content-type' in headers ? { code: 'bad_request', advice: BODY_TAKEN } : { code: 'unsupported_media_type' },
        ),
      )
    }
  })

  it.each<[string, (sender: ReturnType<typeof open>['sender']) => void]>([
    ['ends in the middle', (sender) => sender.end()],
    ['breaks off', (sender) => sender.breakOff()],
    ['has another part', (sender) => sender.send(`\r\n${HEAD}`)],
  ])('T33: that %s never looks whole', async (_what, happens) => {
    const opened = open()
    const read = readAll(opened)
    opened.sender.send(`${HEAD}tea`)
    await settle()
    happens(opened.sender)
    const { up, ...end } = await read
    expect(end).toEqual({ failure: 'bad_request', ended: 'cut off' })
    expect(up).not.toMatch(/--\r\n$/)
  })

  it('T13: whose sender says nothing for twenty seconds is cut off, however long it has flowed', async () => {
    const opened = open()
    const read = readAll(opened)
    opened.sender.send(HEAD)
    await settle()
    for (let i = 0; i < 3; i++) {
      await opened.clock.advance(SILENCE_MS - 1)
      opened.sender.send('tea')
      await settle()
    }
    await opened.clock.advance(SILENCE_MS - 1)
    expect([opened.upload.failure, opened.sender.cancelled]).toEqual([undefined, undefined])
    await opened.clock.advance(1)
    expect(await read).toMatchObject({ failure: 'bad_request', ended: 'cut off' })
    expect([opened.sender.cancelled, opened.clock.pending]).toEqual(['without a reason', 0])
  })

  it('F88: may rest as long as its reader does', async () => {
    const opened = open()
    opened.sender.send(HEAD)
    await opened.reader.read()
    await opened.clock.advance(10 * SILENCE_MS)
    opened.sender.send(`tea${END}`)
    opened.sender.end()
    expect(await readAll(opened)).toMatchObject({ failure: undefined, ended: 'whole' })
  })

  it('F56: is no longer read when its reader gives it up, and the sender learns why', async () => {
    const { upload, reader, sender } = open()
    sender.send(HEAD)
    await reader.read()
    await reader.cancel('gone')
    expect([sender.cancelled, upload.failure]).toEqual(['gone', undefined])
  })
})
