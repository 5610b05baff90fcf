/** The entry of the chat's file, which is loaded when the visitor first reaches for the launcher: visitor, chat and view are joined here. */
import type { ChatStoreEvent } from '../chat/chat-store-events.ts'
import type { ChatStand, WidgetCore, WidgetHost } from '../element/widget-contract.ts'
import { CozeChatError, toCozeChatError } from '../errors.ts'
import type { DrawnOptions } from '../options/drawn-options.ts'
import type { ResolvedOptions } from '../options/resolve-options.ts'
import { isSameChat } from '../options/same-chat.ts'
import { goBack } from '../ui/panel/frame/go-back.ts'
import { nobodySignedIn } from '../visitor/visitor-state.ts'
import type { ChatSurroundings } from './chat-surroundings.ts'
import type { ChatView } from './chat-view.ts'
import { checkOptions } from './check-options.ts'
import { createChat, type HeadlessChat } from './create-chat.ts'
import { createLightChatView } from './light-chat-view.tsx'
import { beforeChatPart, coreParts, loadStrings, officialPart, panelParts } from './load.ts'
import { createErrorTeller, type TellableError } from './tell-error.ts'

/**
 * Resolves when everything is there that these options need.
 * @throws {CozeChatError} as `resolveOptions` does; `network` where what comes before the chat could not be loaded: without it there is none
 */
export async function prepareOptions(options: DrawnOptions): Promise<ResolvedOptions> {
  const resolved = checkOptions(options)
  if (asksFirst(resolved)) await beforeChatPart.load()
  return resolved
}

/** @param options of {@link prepareOptions} */
export function createWidgetCore(stand: ChatStand, options: ResolvedOptions): WidgetCore {
  const host: WidgetHost = { ...stand, options }
  const before = asksFirst(options) && beforeChatPart.loaded
  return before
    ? before.createAskingCore(host, { createChatCore, checkOptions, loadStrings, parts: coreParts, panelParts })
    : createChatCore(host)
}

function createChatCore(host: WidgetHost, surroundings: ChatSurroundings = {}): WidgetCore {
  let { options } = host
  const tell = createErrorTeller(host)
  let chat: HeadlessChat
  let view: ChatView | undefined
  /** The view that is on its way, where it is not there at once. */
  let arriving: Promise<ChatView> | undefined

  function start(): void {
    const onEvent = (event: ChatStoreEvent) => {
      if (event.type === 'message') host.emit('message', { role: 'assistant', text: event.message.text })
      else if (event.type === 'question') host.emit('message', { role: 'user', text: event.question.text })
      else if (event.type === 'begun') host.emit('conversation', { action: 'begin', id: event.conversationId })
      else tell(event.problem)
    }
    chat = createChat({ ...options, onEvent }, coreParts)
    const { visitor } = chat
    visitor.on('session', ({ subject, kind }) =>
      host.emit('session', { sessionId: visitor.state.sessionId ?? '', subject, kind }),
    )
    visitor.on('token', (token) => host.emit('token', token))
    visitor.on('change', ({ reason }) => {
      surroundings.onChange?.(reason)
      view?.visitorChanged()
      if (reason === 'signed-out') tell(nobodySignedIn())
    })
    visitor.on('checking', (checking) => view?.setChecking(checking))
    visitor.on('error', tell)
    visitor.setWatched(host.isOpen())
    // The token is on its way while the view sets itself up.
    if (host.isOpen()) visitor.warmUp()
    if (options.ui === 'light') show(createLightChatView(host, chat, options, surroundings))
    else {
      arriving = startOfficial(chat)
      // Whoever waits for it is told, and `tell` has told the page.
      arriving.catch(() => {})
    }
  }

  async function startOfficial(mine: HeadlessChat): Promise<ChatView> {
    const takeOver = (error: unknown) => {
      tell(toCozeChatError(error))
      return chat === mine && options.officialFallback && show(createLightChatView(host, chat, options, surroundings))
    }
    try {
      const { createOfficialChatView } = await officialPart.load()
      if (chat !== mine) throw new CozeChatError('aborted', 'The chat was replaced by another one.')
      const onUnusable = (error: CozeChatError) => takeOver(error) !== false
      return show(
        createOfficialChatView(host, chat, options, { onError: tell, onUnusable, loadStrings, parts: panelParts }),
      )
    } catch (error) {
      const other = takeOver(error)
      if (other) return other
      throw toCozeChatError(error)
    }
  }

  function show(next: ChatView): ChatView {
    view?.destroy()
    view = next
    if (host.isOpen()) view.opened()
    return view
  }

  /** Coze's own chat comes in a file of its own, and what is asked of the chat meanwhile waits for it. */
  async function presentView(): Promise<ChatView> {
    const present = view ?? (await arriving)
    if (!present) throw new CozeChatError('aborted', 'The chat has been removed from the page.')
    return present
  }

  function stop(): void {
    view?.destroy()
    view = undefined
    arriving = undefined
    chat.destroy()
  }

  start()
  return {
    warmUp: () => chat.visitor.warmUp(),
    opened(focus) {
      chat.visitor.setWatched(true)
      view?.opened(focus)
    },
    closed() {
      chat.visitor.setWatched(false)
      view?.closed()
    },
    goBack: () => goBack(host.frame),
    send: async (text) => (await presentView()).send(text),
    newConversation: async () => (await presentView()).newConversation(),
    async identify(credentials = {}) {
      chat.identify(credentials)
    },
    async logout() {
      chat.logout()
    },
    // This chat has asked for none; `asking-core.ts` is the one that does.
    async withdrawConsent() {},
    setOptions(drawn: DrawnOptions) {
      let next: ResolvedOptions
      try {
        next = checkOptions(drawn)
      } catch (error) {
        tell(error as TellableError)
        return
      }
      const before = options
      options = next
      if (asksFirst(next) && !surroundings.onChange) host.restart()
      else if (isSameChat(before, next)) view?.setOptions(next)
      else {
        stop()
        start()
      }
    },
    destroy: stop,
  }
}

const asksFirst = ({ consent, form, hours }: ResolvedOptions) => consent || form || hours
