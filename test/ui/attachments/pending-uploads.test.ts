import { expect, it, vi } from 'vitest'
import type { Attachment } from '../../../src/chat/chat-state.ts'
import { createPendingUploads, MAX_FILE_BYTES, MAX_FILES } from '../../../src/ui/attachments/pending-uploads.ts'

const attachment = (name: string): Attachment => ({
  kind: 'file',
  name,
  sizeBytes: 1,
  mimeType: undefined,
  url: undefined,
  fileId: `id of ${name}`,
})
const file = (name: string, type = 'text/plain') => new File(['x'], name, { type })
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

it('shows progress, and hands over what arrived', async () => {
  const history: number[] = []
  const uploads = createPendingUploads(
    {
      async upload(given, onProgress) {
        onProgress(0.5)
        return attachment(given.name)
      },
    },
    () => history.push(uploads.getFiles().items[0]?.progress ?? -1),
  )
  uploads.add([file('a.txt')])
  await settle()
  expect(history).toEqual([-1, 0, 0.5, 1])
  expect(uploads.take()).toEqual([attachment('a.txt')])
  expect(uploads.getFiles().items).toEqual([])
})

it('removing one stops its upload; clearing stops all', () => {
  const signals: AbortSignal[] = []
  const uploads = createPendingUploads(
    {
      upload(_file, _progress, signal) {
        signals.push(signal)
        return new Promise(() => {})
      },
    },
    () => {},
  )
  uploads.add([file('a'), file('b'), file('c')])
  uploads.remove(uploads.getFiles().items[0]?.id ?? -1)
  expect(signals.map((signal) => signal.aborted)).toEqual([true, false, false])
  uploads.clear()
  expect(signals.map((signal) => signal.aborted)).toEqual([true, true, true])
})

it('a failed one is marked and left out', async () => {
  const uploads = createPendingUploads({ upload: () => Promise.reject(new Error('no')) }, () => {})
  uploads.add([file('a')])
  await settle()
  expect(uploads.getFiles().items.map((item) => item.failed)).toEqual([true])
  expect(uploads.take()).toEqual([])
})

it('what is too many or too large is told and not sent', () => {
  const upload = vi.fn(() => new Promise<Attachment>(() => {}))
  const uploads = createPendingUploads({ upload }, () => {})
  const huge = file('huge')
  Object.defineProperty(huge, 'size', { value: MAX_FILE_BYTES + 1 })
  uploads.add([huge])
  expect(uploads.getFiles()).toEqual({ items: [], tooMany: false, tooLarge: huge })
  const many = Array.from({ length: MAX_FILES + 1 }, (_, index) => file(`f${index}`))
  uploads.add(many)
  expect(uploads.getFiles()).toMatchObject({ tooMany: true, tooLarge: undefined })
  expect(upload).toHaveBeenCalledTimes(MAX_FILES)
})

it('previews of pictures are given back, except those that live on in a message', async () => {
  const made = vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => `blob:${(blob as File).name}`)
  const revoked = vi.spyOn(URL, 'revokeObjectURL').mockImplementation(() => {})
  const uploads = createPendingUploads({ upload: async (given) => attachment(given.name) }, () => {})
  uploads.add([file('sent.png', 'image/png'), file('dropped.png', 'image/png')])
  await settle()
  uploads.remove(uploads.getFiles().items[1]?.id ?? -1)
  expect(uploads.take().map((one) => one.url)).toEqual(['blob:sent.png'])
  expect(made).toHaveBeenCalledTimes(2)
  expect(revoked.mock.calls).toEqual([['blob:dropped.png']])
})
