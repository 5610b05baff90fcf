/** Coze's Chat SDK in a container of ours, with our session and our token; docs/coze.md 2.8 has the rules that the SDK imposes. */
import { CozeChatError, toCozeChatError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { admitsStyles } from './admits-styles.ts'
import { keepAuthorizationFresh } from './request-authorization.ts'
import { type LoadedSdk, loadOfficialSdk } from './sdk/load-sdk.ts'
import { type Page, SDK_URLS } from './sdk/official-sdk.ts'
import { createSdkInstance, type SdkInstance } from './sdk/sdk-instance.ts'
import { createSdkOptions, isAppMode, type OfficialChatOptions, ownerHook } from './sdk/sdk-options.ts'
import { purgeSdkStorage } from './sdk/sdk-storage.ts'
import { createSdkToken, type OfficialVisitor } from './sdk/sdk-token.ts'
import { silenceSdk } from './sdk/silence-sdk.ts'
import { type StartWatch, watchStart } from './start-watch.ts'

export type OfficialChatEvent =
  /** The visitor closed the panel by the SDK's own button. */
  | { readonly type: 'close' }
  /** The SDK reported a failure, or wanted to open an `alert()`. */
  | { readonly type: 'error'; readonly error: CozeChatError }
  /** The SDK could not start, and says so to the visitor: time for another chat. Its own button only starts it anew. */
  | { readonly type: 'start-failed'; readonly error: CozeChatError }

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

/** The SDK's own limit for the first byte of an answer (docs/coze.md 2.3): when it has shown nothing new for this long, no answer is outstanding. */
const QUIET_MS = 60_000

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

  const token = createSdkToken(visitor, { clock, signal: life.signal, onRenewed: () => recreateIfOutdated() })
  // Before the script runs, so that a version which keeps a reference to `fetch` keeps the wrapped one.
  const authorization = keepAuthorizationFresh(page, token, () => starting?.onRequest())
  const endSilence = silenceSdk(page, {
    scriptUrl: url,
    isSecret: (value) => value === onRefreshToken || (typeof value === 'string' && token.occursIn(value)),
    onAlert: () => report(new CozeChatError('sdk_unusable', 'The Chat SDK opened an alert(): check sdkOptions.')),
  })

  let sdk: LoadedSdk | undefined
  let instance: SdkInstance | undefined
  let starting: StartWatch | undefined
  let visible = false
  /** The newest token that this instance was given, and how many requests were carried before it was made. */
  let handedOver = ''
  let carriedBefore = 0
  let ended = false
  let reason: unknown

  async function onRefreshToken(refused?: string): Promise<string> {
    handedOver = await (refused ? token.renew(refused) : token.fresh())
    return handedOver
  }

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

  function create(loaded: LoadedSdk): void {
    carriedBefore = authorization.carried
    // The client of an agent asks for its token, so the object that it prints holds none. The client of an app needs it at the start.
    handedOver = isAppMode(options) ? token.text : ''
    let made: SdkInstance | undefined
    made = createSdkInstance(container, {
      sdk: loaded,
      now: () => clock.monotonic(),
      options: (el) => {
        starting = watchStart(el, {
          clock,
          onFailed: (error) => onEvent({ type: 'start-failed', error }),
          onRetry: recreate,
        })
        return createSdkOptions(options, {
          el,
          lang: options.lang ?? document.documentElement.lang,
          subject: visitor.subject,
          token: handedOver,
          onRefreshToken,
          onClose: ({ unmounted }) => {
            if (!made || instance !== made) return
            if (unmounted) made.unmounted()
            if (!visible) return
            hide()
            onEvent({ type: 'close' })
          },
        })
      },
    })
    instance = made
    if (visible) made.show()
  }

  function remove(): void {
    starting?.stop()
    instance?.destroy()
    instance = undefined
  }

  function attempt(call: () => void): void {
    try {
      call()
    } catch (error) {
      report(new CozeChatError('sdk_unusable', 'The Chat SDK failed: pin another sdkUrl.', { cause: error }))
    }
  }

  function show(): void {
    if (visible) return
    recreateIfOutdated()
    visible = true
    attempt(() => {
      // The SDK knows only of the first time.
      const again = instance?.mounted
      instance?.show()
      if (again) ownerHook(options, 'onShow')?.()
    })
  }

  function hide(): void {
    if (!visible) return
    visible = false
    attempt(() => {
      instance?.conceal()
      ownerHook(options, 'onHide')?.()
    })
  }

  function recreate(): void {
    const loaded = sdk
    if (!loaded) return
    attempt(() => {
      remove()
      create(loaded)
    })
  }

  /** A version that sends in a way we cannot reach starts anew with the new token, while it is hidden and no answer is outstanding. */
  function recreateIfOutdated(): void {
    const reached = authorization.carried > carriedBefore
    if (!instance || visible || reached || handedOver === '' || handedOver === token.text) return
    if (!instance.hasDraft && clock.monotonic() - instance.changedAtMs >= QUIET_MS) recreate()
  }

  function destroy(): void {
    if (ended) return
    ended = true
    setup.signal?.removeEventListener('abort', end)
    page.removeEventListener('message', onMessage)
    visible = false
    remove()
    sdk?.traces.leave()
    sdk = undefined
    life.abort()
    token.stop()
    authorization.stop()
    endSilence()
    purgeSdkStorage(page)
  }

  try {
    if (!admitsStyles(document)) {
      throw new CozeChatError(
        'blocked_by_csp',
        "The page's Content-Security-Policy refuses the styles of Coze's Chat SDK, which have no nonce: allow 'unsafe-inline' in style-src without a nonce, or set ui to \"light\".",
      )
    }
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
    sdk = loaded
    sdk.traces.enter()
    page.addEventListener('message', onMessage)
    create(loaded)
    setup.signal?.removeEventListener('abort', end)
    return { show, hide, recreate, destroy }
  } catch (error) {
    destroy()
    throw toCozeChatError(reason ?? error)
  }
}
