import type { WidgetHost } from '../element/widget-contract.ts'
import { CozeChatError, toCozeChatError } from '../errors.ts'
import { mountOfficialChat, type OfficialChat, type OfficialChatSetup } from '../official/mount-official-chat.ts'
import { purgeSdkStorage } from '../official/sdk/sdk-storage.ts'
import type { ResolvedOptions } from '../options/resolve-options.ts'
import { ownFields } from '../platform/own-fields.ts'
import { keepEvents } from '../ui/panel/frame/keep-events.ts'
import type { Parts } from '../ui/parts.ts'
import { embedWords } from '../ui/strings/embed-words.ts'
import type { Strings } from '../ui/strings/strings.ts'
import type { AccessToken } from '../visitor/token/access-token.ts'
import { apiBaseOf, cozeApi, saysApiBase } from './api-base.ts'
import type { ChatView } from './chat-view.ts'
import type { HeadlessChat } from './create-chat.ts'
import { showOfficialProblem } from './official-problem.ts'

export interface OfficialChatSurroundings {
  /** Coze's chat cannot be used on this page. Returns whether another chat has taken over. */
  onUnusable: (error: CozeChatError) => boolean
  onError: (error: CozeChatError) => void
  loadStrings: (lang: string, overrides?: Readonly<Record<string, string>>) => Promise<Strings>
  parts: Parts
}

const SLOT = 'official'

/**
 * The SDK of a region has its host compiled in.
 * @throws CozeChatError `sdk_unusable` where the token endpoint says that its tokens are good at neither of Coze's, and the page says nothing
 */
function sdkRegion(options: ResolvedOptions, token: AccessToken): 'cn' | 'com' | undefined {
  const apiBase = apiBaseOf(options, token)
  if (apiBase === cozeApi('com')) return 'com'
  if (apiBase === cozeApi('cn') || saysApiBase(options) || options.sdkUrl) return options.region
  throw new CozeChatError(
    'sdk_unusable',
    'Coze\'s Chat SDK talks to Coze alone, and the tokens of this service are good elsewhere (at a gateway, a Coze Studio or the simulator): set ui to "light". Where they are good at Coze as well, set region.',
  )
}

/** Coze's own chat. It is in the light DOM, where its global styles reach it, and shows through a slot of our frame. */
export function createOfficialChatView(
  host: WidgetHost,
  { visitor }: HeadlessChat,
  initial: ResolvedOptions,
  { onUnusable, onError, loadStrings, parts }: OfficialChatSurroundings,
): ChatView {
  const document = host.element.ownerDocument
  let options = initial
  let starting: AbortController | undefined
  let chat: OfficialChat | undefined
  let removeProblem: (() => void) | undefined
  const container = document.createElement('div')
  container.slot = SLOT
  // The SDK's own layers listen for keys at the document.
  const life = new AbortController()
  keepEvents(host, { keys: false, signal: life.signal })
  container.style.cssText = 'flex:1;min-height:0;width:100%;height:100%;position:relative'

  async function start(): Promise<void> {
    if (starting) return
    const attempt = new AbortController()
    starting = attempt
    removeProblem?.()
    removeProblem = undefined
    // Header and close are there until the SDK has drawn its own.
    host.drawFirstFrame().show()
    try {
      host.element.append(container)
      const mounted = await mount(attempt.signal)
      if (attempt.signal.aborted) return mounted.destroy()
      chat = mounted
      takeFrame()
      if (host.isOpen()) chat.show()
    } catch (thrown) {
      if (attempt.signal.aborted) return
      const error = toCozeChatError(thrown)
      if (error.code === 'sdk_load_failed' || error.code === 'sdk_unusable' || error.code === 'blocked_by_csp') {
        giveUp(error)
      } else {
        stop()
        onError(error)
        void showProblem(error)
      }
    }
  }

  async function mount(signal: AbortSignal): Promise<OfficialChat> {
    // A token first: the subject it confirms becomes the SDK's user id.
    const token = await visitor.getToken({ signal })
    const setup: OfficialChatSetup = {
      container,
      options: ownFields({ ...options, region: sdkRegion(options, token) }),
      signal,
      visitor: {
        subject: visitor.state.subject ?? '',
        getToken: (request) => visitor.getToken(request),
        onTokenRenewed: (listener) =>
          visitor.on('token', () => {
            const token = visitor.peek()
            if (token) listener(token)
          }),
      },
      onEvent: (event) => {
        if (event.type === 'close') host.close()
        else if (event.type === 'error') onError(event.error)
        else giveUp(event.error)
      },
    }
    return mountOfficialChat(setup)
  }

  /** The SDK's panel in place of the first frame. */
  function takeFrame(): void {
    const slot = document.createElement('slot')
    slot.name = SLOT
    host.takeFirstFrame()
    host.frame.replaceChildren(slot)
    // The vendor's panel gives itself no name.
    host.frame.setAttribute('role', 'dialog')
    host.frame.setAttribute('aria-label', options.title ?? embedWords(options).name)
  }

  function giveUp(error: CozeChatError): void {
    stop()
    if (!onUnusable(error)) void showProblem(error)
  }

  async function showProblem(error: CozeChatError): Promise<void> {
    const strings = await loadStrings(options.lang, options.strings)
    if (starting) return
    removeProblem = showOfficialProblem(host, error, options, { strings, parts, onRetry: () => void start() })
  }

  function stop(): void {
    starting?.abort()
    starting = undefined
    chat?.destroy()
    chat = undefined
    container.remove()
    container.replaceChildren()
    removeProblem?.()
    removeProblem = undefined
    for (const name of ['role', 'aria-label']) host.frame.removeAttribute(name)
  }

  return {
    opened() {
      chat?.show()
      void start()
    },
    closed() {
      chat?.hide()
    },
    send: () => unsupported('send a message'),
    newConversation: () => unsupported('start a conversation'),
    setOptions(next) {
      options = next
    },
    visitorChanged() {
      stop()
      // Also what an earlier page left there: on this one the SDK may not have run yet.
      purgeSdkStorage()
      if (host.isOpen()) void start()
    },
    setChecking(checking) {
      container.style.visibility = checking ? 'hidden' : ''
    },
    destroy() {
      life.abort()
      stop()
    },
  }
}

function unsupported(what: string): Promise<never> {
  return Promise.reject(
    new CozeChatError(
      'sdk_unusable',
      `Coze's Chat SDK has no way to ${what} from outside: set ui to "light" for that.`,
    ),
  )
}
