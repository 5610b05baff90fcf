import type { Clock } from '../../../platform/clock.ts'
import { BODY_TAKEN } from '../../http/request-body.ts'
import { ServiceError } from '../../http/service-error.ts'
import type { ServiceRequest } from '../../http/service-request.ts'
import { withTimeout } from '../../resilience/with-timeout.ts'
import { createFileForm } from './file-form.ts'

export interface UploadBody {
  readonly contentType: string
  readonly stream: ReadableStream<Uint8Array>
  /** Why the stream was cut off: `too_large`, or `bad_request` for a sender that fell silent, or for a form that is not one file. */
  readonly failure: 'too_large' | 'bad_request' | undefined
  /** Whether the sender is waited for at this moment. */
  readonly awaitsSender: boolean
}

/** Between two chunks of a file. A line that stalls for longer is given up, so that its place among the open streams is free again. */
const SILENCE_LIMIT_MS = 20_000

/**
 * The file of a multipart request as a form of its own: a stream that counts the bytes and never holds the whole file.
 * @throws ServiceError `unsupported_media_type`, `too_large` or `bad_request`
 */
export function openUpload(
  request: ServiceRequest,
  { maxBytes, clock }: { maxBytes: number; clock: Clock },
): UploadBody {
  const form = createFileForm(request.header('content-type') ?? '')
  if (form === undefined) throw new ServiceError('unsupported_media_type')
  if (Number(request.header('content-length') ?? 0) > maxBytes) throw new ServiceError('too_large')
  const source = request.toRequest().body
  if (source === null) throw new ServiceError('bad_request', { advice: BODY_TAKEN })
  const reader = source.getReader()
  let size = 0
  let failure: UploadBody['failure']
  let awaitsSender = false
  return {
    contentType: form.contentType,
    get failure() {
      return failure
    },
    get awaitsSender() {
      return awaitsSender
    },
    stream: new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          let piece: Uint8Array | undefined
          do {
            awaitsSender = true
            const chunk = await withTimeout(SILENCE_LIMIT_MS, clock, () => reader.read()).catch(() => undefined)
            awaitsSender = false
            if (chunk?.done === true && form.isWhole) return controller.close()
            size += chunk?.value?.byteLength ?? 0
            if (size > maxBytes) failure = 'too_large'
            else piece = chunk?.value && form.push(chunk.value)
          } while (piece?.length === 0)
          if (piece !== undefined) return controller.enqueue(piece)
          failure ??= 'bad_request'
          void reader.cancel().catch(() => undefined)
          controller.error(new Error('The upload was cut off: too large, not one file, or its sender fell silent.'))
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    ),
  }
}
