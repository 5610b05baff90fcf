import type { Clock } from '../../../platform/clock.ts'
import { BODY_TAKEN } from '../../http/request-body.ts'
import { ServiceError } from '../../http/service-error.ts'
import type { ServiceRequest } from '../../http/service-request.ts'
import { withTimeout } from '../../resilience/with-timeout.ts'

export interface UploadBody {
  readonly contentType: string
  readonly stream: ReadableStream<Uint8Array>
  /** Why the stream was cut off: `too_large`, or `bad_request` for a sender that fell silent. */
  readonly failure: 'too_large' | 'bad_request' | undefined
  /** Whether the sender is waited for at this moment. */
  readonly awaitsSender: boolean
}

/** Between two chunks of a file. A line that stalls for longer is given up, so that its place among the open streams is free again. */
const SILENCE_LIMIT_MS = 20_000

/**
 * The multipart body of a request as a stream, which counts the bytes and never holds the whole file.
 * @throws ServiceError `unsupported_media_type`, `too_large` or `bad_request`
 */
export function openUpload(
  request: ServiceRequest,
  { maxBytes, clock }: { maxBytes: number; clock: Clock },
): UploadBody {
  const contentType = request.header('content-type') ?? ''
  if (!/^multipart\/form-data\s*;\s*boundary=[\x20-\x7e]{1,120}$/i.test(contentType)) {
    throw new ServiceError('unsupported_media_type')
  }
  if (Number(request.header('content-length') ?? 0) > maxBytes) throw new ServiceError('too_large')
  const source = request.toRequest().body
  if (source === null) throw new ServiceError('bad_request', { advice: BODY_TAKEN })
  const reader = source.getReader()
  let size = 0
  let failure: UploadBody['failure']
  let awaitsSender = false
  return {
    contentType,
    get failure() {
      return failure
    },
    get awaitsSender() {
      return awaitsSender
    },
    stream: new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          awaitsSender = true
          const chunk = await withTimeout(SILENCE_LIMIT_MS, clock, () => reader.read()).catch(() => undefined)
          awaitsSender = false
          if (chunk?.done === true) return controller.close()
          size += chunk?.value.byteLength ?? 0
          if (chunk === undefined) failure = 'bad_request'
          else if (size > maxBytes) failure = 'too_large'
          else return controller.enqueue(chunk.value)
          void reader.cancel().catch(() => undefined)
          controller.error(new Error('The upload was cut off: it is too large, or its sender fell silent.'))
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    ),
  }
}
