import { CozeChatError, toCozeChatError } from '../errors.ts'
import { mountOfficialChat, type OfficialChat, type OfficialChatSetup } from './mount-official-chat.ts'
import type { OfficialChatOptions } from './sdk-options.ts'

export interface OfficialChatConfig
  extends OfficialChatOptions,
    Pick<OfficialChatSetup, 'container' | 'visitor' | 'onEvent' | 'clock'> {}

export interface OfficialChatHandle extends OfficialChat {
  /** Rejects with a `CozeChatError` when the chat cannot start. */
  readonly ready: Promise<void>
}

/**
 * Coze's Chat SDK in a container of yours. The handle works at once: what is called before `ready` is done then.
 * @throws CozeChatError `invalid_options`
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
  let wanted = false
  const ready = mountOfficialChat({ container, options, visitor, onEvent, clock, signal: stop.signal }).then(
    (mounted) => {
      // Destroyed in the very moment it became ready.
      if (stop.signal.aborted) return mounted.destroy()
      chat = mounted
      if (wanted) mounted.show()
    },
  )
  ready.catch((error: unknown) => {
    if (!stop.signal.aborted) onEvent?.({ type: 'error', error: toCozeChatError(error) })
  })
  const want = (shown: boolean) => {
    wanted = shown
    if (shown) chat?.show()
    else chat?.hide()
  }
  return {
    ready,
    show: () => want(true),
    hide: () => want(false),
    recreate: () => chat?.recreate(),
    destroy() {
      stop.abort()
      chat?.destroy()
    },
  }
}
