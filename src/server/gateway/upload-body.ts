import type { Clock } from '../../platform/clock.ts'
import type { Call } from '../call.ts'
import { ServiceFault } from '../service-fault.ts'
import { within } from '../within.ts'

export interface UploadBody {
  readonly contentType: string
  readonly stream: ReadableStream<Uint8Array>
  /** Why the file was cut off: it turned out larger than it may be, or its sender fell silent. */
  readonly failure: 'too_large' | 'bad_request' | undefined
}

/** Between two pieces of a file: a line that stalls longer is given up, and its place with it. */
const SILENCE_LIMIT_MS = 20_000

/**
 * A file on its way: counted as it flows, never gathered.
 * @throws ServiceFault `unsupported_media_type`, `too_large` or `bad_request`
 */
export function openUpload(call: Call, { maxBytes, clock }: { maxBytes: number; clock: Clock }): UploadBody {
  const contentType = call.header('content-type') ?? ''
  if (!/^multipart\/form-data\s*;\s*boundary=[\x20-\x7e]{1,120}$/i.test(contentType)) {
    throw new ServiceFault('unsupported_media_type')
  }
  if (Number(call.header('content-length') ?? 0) > maxBytes) throw new ServiceFault('too_large')
  const source = call.toRequest().body
  if (source === null) throw new ServiceFault('bad_request')
  const reader = source.getReader()
  let size = 0
  let failure: UploadBody['failure']
  return {
    contentType,
    get failure() {
      return failure
    },
    stream: new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const piece = await within(SILENCE_LIMIT_MS, clock, () => reader.read()).catch(() => undefined)
          if (piece?.done === true) return controller.close()
          size += piece?.value.byteLength ?? 0
          if (piece === undefined) failure = 'bad_request'
          else if (size > maxBytes) failure = 'too_large'
          else return controller.enqueue(piece.value)
          void reader.cancel().catch(() => undefined)
          controller.error(new Error('The file was cut off.'))
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    ),
  }
}
