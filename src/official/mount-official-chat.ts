/** Coze's Chat SDK in a container of ours, with our session and our token; docs/coze.md 2.8 has the rules that the SDK imposes. */
import { CozeChatError, toCozeChatError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { admitsStyles } from './admits-styles.ts'
import type { OfficialChatEvent } from './official-chat-event.ts'
import { keepAuthorizationFresh } from './request-authorization.ts'
import { type LoadedSdk, loadOfficialSdk } from './sdk/load-sdk.ts'
import type { Page } from './sdk/official-sdk.ts'
import type { OfficialChatOptions } from './sdk/sdk-options.ts'
import { purgeSdkStorage } from './sdk/sdk-storage.ts'
import { createSdkToken, type OfficialVisitor } from './sdk/sdk-token.ts'
import { SDK_URLS } from './sdk/sdk-urls.ts'
import { silenceSdk } from './sdk/silence-sdk.ts'
import { createSdkPanel } from './sdk-panel.ts'

export interface OfficialChatSetup {
  /** In the page's own document and not in a shadow root, since the SDK's styles are global. The chat is as large as it. */
  container: HTMLElement
  options: OfficialChatOptions
  visitor: OfficialVisitor
  onEvent?: ((event: OfficialChatEvent) => void) | undefined
  /** Aborts the start, which then rejects with `aborted` and leaves nothing behind. */
  signal?: AbortSignal | undefined
  clock?: Clock | undefined
}

export interface OfficialChat {
  show(): void
  /** Takes it out of sight: what the visitor was typing stays, and an answer under way goes on. */
  hide(): void
  /** Starts the SDK anew, shown or hidden as it was. What the visitor was typing is lost. */
  recreate(): void
  /** Removes the SDK's client, nodes, styles and storage, and aborts its requests. */
  destroy(): void
}

/** @throws CozeChatError `sdk_load_failed`, `sdk_unusable`, `blocked_by_csp`, `aborted`, and whatever `visitor.getToken()` rejects with */
export async function mountOfficialChat(setup: OfficialChatSetup): Promise<OfficialChat> {
  const { container, options, visitor, onEvent = () => {}, clock = systemClock } = setup
  const document = container.ownerDocument
  const page = (document.defaultView ?? globalThis) as Page
  const url = options.sdkUrl ?? SDK_URLS[options.region ?? 'cn']

  const life = new AbortController()
  const end = () => life.abort()
  setup.signal?.addEventListener('abort', end)
  if (setup.signal?.aborted) end()

  const token = createSdkToken(visitor, { clock, signal: life.signal, onRenewed: () => panel.recreateIfOutdated() })
  // Before the script runs, so that a version which keeps a reference to `fetch` keeps the wrapped one.
  const authorization = keepAuthorizationFresh(page, token, () => panel.onRequest())
  const panel = createSdkPanel({
    container,
    options,
    subject: visitor.subject,
    token,
    authorization,
    clock,
    onEvent,
  })
  const endSilence = silenceSdk(page, {
    scriptUrl: url,
    isSecret: (value) => value === panel.onRefreshToken || (typeof value === 'string' && token.occursIn(value)),
    onAlert: () => report(new CozeChatError('sdk_unusable', 'The Chat SDK opened an alert(): check sdkOptions.')),
  })
  let traces: LoadedSdk['traces'] | undefined
  let ended = false
  let reason: unknown

  function report(error: CozeChatError): void {
    onEvent({ type: 'error', error })
  }

  /** Only a hint, since any script of the page can send such a message. */
  function onMessage({ source, data }: MessageEvent<unknown>): void {
    if (source !== page || typeof data !== 'object' || (data as { type?: unknown } | null)?.type !== 'chat-sdk-error')
      return
    report(
      new CozeChatError('unauthorized', 'Coze refused the Chat SDK: check the token and its agent.', {
        retryable: true,
      }),
    )
  }

  async function load(): Promise<LoadedSdk> {
    refuseWithoutStyles(document)
    const source = { url, integrity: options.sdkIntegrity, nonce: options.nonce }
    const [loaded] = await Promise.all([
      loadOfficialSdk(document, source, { clock, signal: life.signal }),
      // Without a token the load is of no use.
      token.start().catch((error: unknown) => {
        reason = error
        life.abort()
      }),
    ])
    if (life.signal.aborted)
      throw reason ?? new CozeChatError('aborted', 'The official chat was closed before it was ready.')
    return loaded
  }

  function destroy(): void {
    if (ended) return
    ended = true
    setup.signal?.removeEventListener('abort', end)
    page.removeEventListener('message', onMessage)
    panel.remove()
    traces?.leave()
    life.abort()
    token.stop()
    authorization.stop()
    endSilence()
    purgeSdkStorage(page)
  }

  try {
    const sdk = await load()
    traces = sdk.traces
    traces.enter()
    page.addEventListener('message', onMessage)
    panel.start(sdk)
    setup.signal?.removeEventListener('abort', end)
    const { show, hide, recreate } = panel
    return { show, hide, recreate, destroy }
  } catch (error) {
    destroy()
    throw toCozeChatError(reason ?? error)
  }
}

/** @throws CozeChatError `blocked_by_csp` */
function refuseWithoutStyles(document: Document): void {
  if (admitsStyles(document)) return
  throw new CozeChatError(
    'blocked_by_csp',
    "The page's Content-Security-Policy refuses the styles of Coze's Chat SDK, which have no nonce: allow 'unsafe-inline' in style-src without a nonce, or set ui to \"light\".",
  )
}
