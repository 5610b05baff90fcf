/** The public way to Coze's Chat SDK: a handle that can be used before the SDK is there. */
import { CozeChatError, toCozeChatError } from '../errors.ts'
import { mountOfficialChat, type OfficialChat, type OfficialChatSetup } from './mount-official-chat.ts'
import type { OfficialChatOptions } from './sdk/sdk-options.ts'

export interface OfficialChatConfig
  extends OfficialChatOptions,
    Pick<OfficialChatSetup, 'container' | 'visitor' | 'onEvent' | 'clock'> {}

export interface OfficialChatHandle extends OfficialChat {
  /** Rejects with a `CozeChatError` when the chat cannot start. */
  readonly ready: Promise<void>
}

/**
 * Coze's Chat SDK in a container of yours. The handle can be used at once: what is asked of it before `ready` is done then.
 * @throws CozeChatError `invalid_options`
 * @example createOfficialChat({ container, botId: '7300000000000000001', visitor: { subject: 'u1', getToken } }).show()
 */
export function createOfficialChat(config: OfficialChatConfig): OfficialChatHandle {
  const { container, visitor, onEvent, clock, ...options } = config
  if (!options.botId && !(options.appId && options.workflowId)) {
    throw new CozeChatError('invalid_options', 'createOfficialChat() needs botId, or appId with workflowId.')
  }
  if (typeof visitor?.getToken !== 'function' || !container?.ownerDocument) {
    throw new CozeChatError(
      'invalid_options',
      'createOfficialChat() needs a container element and a visitor with getToken().',
    )
  }
  const stop = new AbortController()
  let chat: OfficialChat | undefined
  let shouldShow = false
  const ready = mountOfficialChat({ container, options, visitor, onEvent, clock, signal: stop.signal }).then(
    (mounted) => {
      // It was destroyed in the moment it became ready.
      if (stop.signal.aborted) return mounted.destroy()
      chat = mounted
      if (shouldShow) mounted.show()
    },
  )
  ready.catch((error: unknown) => {
    if (!stop.signal.aborted) onEvent?.({ type: 'error', error: toCozeChatError(error) })
  })
  return {
    ready,
    show() {
      shouldShow = true
      chat?.show()
    },
    hide() {
      shouldShow = false
      chat?.hide()
    },
    recreate: () => chat?.recreate(),
    destroy() {
      stop.abort()
      chat?.destroy()
    },
  }
}
