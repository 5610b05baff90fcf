import type { Call } from '../call.ts'
import { ServiceFault } from '../service-fault.ts'

export interface UploadBody {
  readonly contentType: string
  readonly stream: ReadableStream<Uint8Array>
  /** Whether the file turned out larger than it may be; it was then cut off. */
  readonly tooLarge: boolean
}

/**
 * A file on its way: counted as it flows, never gathered.
 * @throws ServiceFault `unsupported_media_type`, `too_large` or `bad_request`
 */
export function openUpload(call: Call, maxBytes: number): UploadBody {
  const contentType = call.header('content-type') ?? ''
  if (!/^multipart\/form-data\s*;\s*boundary=[\x20-\x7e]{1,120}$/i.test(contentType)) {
    throw new ServiceFault('unsupported_media_type')
  }
  if (Number(call.header('content-length') ?? 0) > maxBytes) throw new ServiceFault('too_large')
  const source = call.toRequest().body
  if (source === null) throw new ServiceFault('bad_request')
  const reader = source.getReader()
  let size = 0
  let tooLarge = false
  return {
    contentType,
    get tooLarge() {
      return tooLarge
    },
    stream: new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await reader.read()
          if (done) return controller.close()
          size += value.byteLength
          tooLarge = size > maxBytes
          if (!tooLarge) return controller.enqueue(value)
          void reader.cancel().catch(() => undefined)
          controller.error(new Error('The file is larger than it may be.'))
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    ),
  }
}
