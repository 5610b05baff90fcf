/** Errors of a chat: to the page as an event, and to its owner's console. */
import type { WidgetHost } from '../element/widget-contract.ts'
import type { LoggedError } from '../ui/strings/console-words.ts'
import { consolePart } from './load.ts'

export interface TellableError extends LoggedError {
  retryable: boolean
  cause?: unknown
}

export function createErrorTeller({ emit }: Pick<WidgetHost, 'emit'>): (error: TellableError) => void {
  let logError: ((error: LoggedError) => void) | undefined
  return (error) => {
    const { code, retryable } = error
    if (code === 'aborted') return
    emit('error', { code, retryable, cause: error.cause ?? error })
    consolePart.load().then(
      ({ createErrorLog }) => {
        logError ??= createErrorLog()
        logError(error)
      },
      () => console.error('[coze-chat-widget]', error),
    )
  }
}
