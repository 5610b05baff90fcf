import type { HeadlessChat } from '../create-chat.ts'
import type { WidgetHost } from '../element/widget-core.ts'
import { CozeChatError, toCozeChatError } from '../errors.ts'
import type { OfficialChat } from '../official/mount-official-chat.ts'
import type { ResolvedOptions } from '../resolve-options.ts'
import { mountProblem } from '../ui/mount-problem.tsx'
import { loadStrings } from '../ui/strings.ts'
import type { Face } from './face.ts'

export interface OfficialFaceEvents {
  /** Coze's script cannot be used on this page: somebody else has to take over. */
  onUnusable: (error: CozeChatError) => void
  onError: (error: CozeChatError) => void
}

const SLOT = 'official'

/** Coze's own chat. It lives in the light DOM, where its global styles reach it, and shows through a slot of our frame. */
export function createOfficialFace(
  host: WidgetHost,
  { visitor }: HeadlessChat,
  initial: ResolvedOptions,
  { onUnusable, onError }: OfficialFaceEvents,
): Face {
  const document = host.element.ownerDocument
  let options = initial
  let starting: AbortController | undefined
  let chat: OfficialChat | undefined
  let removeProblem: (() => void) | undefined
  const container = document.createElement('div')
  container.slot = SLOT
  container.style.cssText = 'flex:1;min-height:0;width:100%;height:100%;position:relative'

  async function start(): Promise<void> {
    if (starting) return
    const life = new AbortController()
    starting = life
    try {
      const { mountOfficialChat } = await import('../official/mount-official-chat.ts')
      const slot = document.createElement('slot')
      slot.name = SLOT
      host.element.append(container)
      // A token first: the subject it confirms becomes the SDK's user id.
      await visitor.getToken({ signal: life.signal })
      const mounted = await mountOfficialChat({
        container,
        options,
        signal: life.signal,
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
          else onError(event.error)
        },
      })
      if (life.signal.aborted) return mounted.destroy()
      chat = mounted
      removeProblem?.()
      removeProblem = undefined
      host.frame.replaceChildren(slot)
      // The vendor's panel names itself nothing.
      host.frame.setAttribute('role', 'dialog')
      host.frame.setAttribute('aria-label', options.title ?? 'Chat')
      if (host.isOpen()) chat.show()
    } catch (thrown) {
      if (life.signal.aborted) return
      stop()
      const error = toCozeChatError(thrown)
      if (error.code === 'sdk_load_failed' || error.code === 'sdk_unusable' || error.code === 'blocked_by_csp') {
        onUnusable(error)
      } else {
        onError(error)
        await showProblem(error)
      }
    }
  }

  async function showProblem({ code, retryable, upstreamCode, logId }: CozeChatError): Promise<void> {
    const { lang, strings: replaced } = options
    const strings = await loadStrings(lang, replaced)
    if (starting) return
    const details = { ...(upstreamCode && { upstreamCode }), ...(logId && { logId }) }
    host.frame.replaceChildren()
    removeProblem = mountProblem(host.frame, {
      problem: { code, retryable, ...details },
      strings,
      lang,
      addStyles: host.addStyles,
      onRetry: () => void start(),
    })
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

  const unsupported = (what: string) =>
    Promise.reject(
      new CozeChatError(
        'sdk_unusable',
        `Coze's Chat SDK has no way to ${what} from outside; set ui to "light" for that.`,
      ),
    )

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
      // Also what a page before this one left there, where the SDK has not run yet.
      void import('../official/sdk-storage.ts').then(({ purgeSdkStorage }) => purgeSdkStorage())
      if (host.isOpen()) void start()
    },
    setChecking(checking) {
      container.style.visibility = checking ? 'hidden' : ''
    },
    destroy: stop,
  }
}
