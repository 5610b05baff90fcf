/** Signed-in users on plain http, where anybody on the way reads their token. */
import { CozeChatError } from '../../errors.ts'
import type { ChatWidgetOptions } from '../widget-options.ts'

/** Whether the options expect a signed-in user, and do not allow one on plain http. */
export function needsHttps({ user, userToken, allowInsecure }: ChatWidgetOptions): boolean {
  return Boolean((user === 'required' || userToken) && !allowInsecure)
}

/** @throws {CozeChatError} `insecure_context`, with words for the owner */
export function refusePlainHttp(options: ChatWidgetOptions): void {
  if (!needsHttps(options)) return
  throw new CozeChatError(
    'insecure_context',
    'Signed-in users need a page that is served over https; while you develop, allowInsecure (data-allow-insecure) lifts this.',
  )
}
