import { headerText, isHeaderText } from './header-text.ts'
import type { ServiceResponse } from './service-response.ts'

const BAD_GATEWAY = 502

/**
 * The response as every runtime can write it. Parts of it come from other machines and from the site's options, and both
 * `Response` and Node's `writeHead` throw at a status such as 999 or at a header that is not ASCII. Every response goes through
 * here, so that no route has to think of it.
 */
export function writableResponse(response: ServiceResponse): ServiceResponse {
  const { status, headers } = response
  const isWritable = status >= 200 && status <= 599 && isHeaderText(headers.join(''))
  if (isWritable) return response
  return {
    ...response,
    status: status >= 200 && status <= 599 ? status : BAD_GATEWAY,
    headers: headers.map((text) => (isHeaderText(text) ? text : headerText(text))),
  }
}
