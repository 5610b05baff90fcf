import { joinBytes } from '../../http/join-bytes.ts'
import type { ServiceRequest } from '../../http/service-request.ts'
import type { ServiceResponse } from '../../http/service-response.ts'
import { createEventWriter, eventFormFor } from './event-writer.ts'
import { cutTo, type Shape } from './shape.ts'
import type { UpstreamResponse } from './upstream-response.ts'
import { EVENT_STREAM_TYPE, streamResponse, wireResponse } from './wire-responses.ts'

/** What a route lets a visitor see of a JSON response. */
export interface Visibility {
  /** What may be seen of `data`. Default: nothing. */
  readonly data?: Shape
  /** Fields beside `data` that may be seen. */
  readonly besideData?: readonly string[]
}

/** The response that a browser gets: sound as it comes, events and JSON cut down to what the visitor may see. */
export function visibleResponse(
  { data: shape, besideData = [] }: Visibility,
  response: UpstreamResponse,
  request: ServiceRequest,
): ServiceResponse {
  const { logId } = response
  if (response.kind === 'events') return eventResponse(response, request)
  if (response.kind === 'sound') return streamResponse(response.contentType, response.stream.body(joinBytes), logId)
  const { body } = response
  const data = shape === undefined ? undefined : cutTo(shape, body['data'])
  const beside = besideData.filter((name) => Object.hasOwn(body, name))
  return wireResponse(
    200,
    {
      code: 0,
      msg: '',
      ...(data !== undefined && { data }),
      ...Object.fromEntries(beside.map((name) => [name, cutTo('value', body[name])])),
      detail: { logid: logId },
    },
    logId,
  )
}

/** The events of a turn, in the form that the browser asks for. */
export function eventResponse(
  { stream, logId }: UpstreamResponse & { kind: 'events' },
  request: ServiceRequest,
): ServiceResponse {
  return streamResponse(EVENT_STREAM_TYPE, stream.body(createEventWriter(eventFormFor(request))), logId)
}
