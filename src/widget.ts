/** What comes with the first intent: the one place where session, token, chat and panel meet. */

import { createChat, type HeadlessChat } from './create-chat.ts'
import type { WidgetCore, WidgetHost } from './element/widget-core.ts'
import type { LoggedError } from './error-cures.ts'
import { toCozeChatError } from './errors.ts'
import type { DrawnOptions } from './options.ts'
import { createLazyPart } from './platform/lazy-part.ts'
import { type ResolvedOptions, resolveOptions } from './resolve-options.ts'
import type { Face } from './widget/face.ts'
import { createLightFace } from './widget/light-face.ts'

export { resolveOptions }

/** Options that say who is talking to whom: another value is another chat. */
const IDENTITY_OPTIONS = [
  'botId',
  'appId',
  'workflowId',
  'tokenUrl',
  'getToken',
  'ui',
  'session',
  'user',
  'tokenField',
  'region',
  'apiBase',
  'connectorId',
  'tools',
  'parameters',
  'customVariables',
  'metaData',
] as const

interface TellableError extends LoggedError {
  retryable: boolean
  cause?: unknown
}

export function createWidgetCore(host: WidgetHost): WidgetCore {
  let options = host.options
  const loadErrorLog = createLazyPart(async () => (await import('./error-cures.ts')).createErrorLog())
  let chat: HeadlessChat
  let face: Face | undefined

  /** To the page as an event, and to its owner's console. */
  function tell(error: TellableError): void {
    const { code, retryable } = error
    if (code === 'aborted') return
    host.emit('error', { code, retryable, cause: error.cause ?? error })
    loadErrorLog().then(
      (log) => log(error),
      () => console.error('[coze-chat-widget]', error),
    )
  }

  function start(): void {
    chat = createChat({
      ...options,
      onEvent: (event) => {
        if (event.type === 'message') host.emit('message', { role: 'assistant', text: event.message.text })
        else tell(event.problem)
      },
    })
    const { visitor } = chat
    visitor.on('session', ({ subject, kind }) =>
      host.emit('session', { sessionId: visitor.state.sessionId ?? '', subject, kind }),
    )
    visitor.on('token', (token) => host.emit('token', token))
    visitor.on('change', ({ reason }) => {
      face?.visitorChanged()
      if (reason === 'signed-out') tell({ code: 'signed_out', retryable: false, message: 'nobody' })
    })
    visitor.on('checking', (checking) => face?.setChecking(checking))
    visitor.on('error', tell)
    if (options.ui === 'light') show(createLightFace(host, chat, options))
    else startOfficial(chat)
  }

  function startOfficial(mine: HeadlessChat): void {
    const unusable = (error: unknown) => {
      tell(toCozeChatError(error))
      if (chat === mine && options.officialFallback) show(createLightFace(host, chat, options))
    }
    import('./widget/official-face.ts').then(({ createOfficialFace }) => {
      if (chat === mine) show(createOfficialFace(host, chat, options, { onError: tell, onUnusable: unusable }))
    }, unusable)
  }

  function show(next: Face): void {
    face?.destroy()
    face = next
    if (host.isOpen()) face.opened()
  }

  function stop(): void {
    face?.destroy()
    face = undefined
    chat.destroy()
  }

  start()
  return {
    warmUp: () => chat.visitor.warmUp(),
    opened: () => face?.opened(),
    closed: () => face?.closed(),
    send: async (text) => face?.send(text),
    newConversation: async () => face?.newConversation(),
    async identify(credentials) {
      chat.identify(credentials)
    },
    async logout() {
      chat.logout()
    },
    setOptions(drawn: DrawnOptions) {
      let next: ResolvedOptions
      try {
        next = resolveOptions(drawn, { secure: isSecureContext })
      } catch (error) {
        tell(error as TellableError)
        return
      }
      const before = options
      options = next
      if (IDENTITY_OPTIONS.every((name) => before[name] === next[name])) face?.setOptions(next)
      else {
        stop()
        start()
      }
    },
    destroy: stop,
  }
}
