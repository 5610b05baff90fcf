/** Coze's Chat SDK in a container of ours, with our session and our token, by every rule of coze-contract.md 2.8. */
import { CozeChatError, toCozeChatError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { keepAuthorizationFresh, type Page } from './fresh-authorization.ts'
import { type LoadedSdk, loadOfficialSdk } from './load-script.ts'
import { SDK_URLS } from './official-sdk.ts'
import { quietPage } from './quiet-page.ts'
import { createSdkInstance, type SdkInstance } from './sdk-instance.ts'
import { createSdkOptions, isAppMode, type OfficialChatOptions } from './sdk-options.ts'
import { purgeSdkStorage } from './sdk-storage.ts'
import { createSdkToken, type OfficialVisitor } from './sdk-token.ts'

export type OfficialChatEvent =
  /** The visitor closed the panel by the SDK's own button. */
  | { readonly type: 'close' }
  /** The SDK reported a failure or wanted to open an `alert()`. */
  | { readonly type: 'error'; readonly error: CozeChatError }

export interface OfficialChatSetup {
  /** In the page's own document, not in a shadow root: the SDK's styles are global. It sets the size. */
  container: HTMLElement
  options: OfficialChatOptions
  visitor: OfficialVisitor
  onEvent?: ((event: OfficialChatEvent) => void) | undefined
  /** Ends the start; rejects with `aborted` and leaves nothing. */
  signal?: AbortSignal | undefined
  clock?: Clock | undefined
}

export interface OfficialChat {
  show(): void
  hide(): void
  /** Starts the SDK anew, shown or hidden as it was; what the visitor was typing is lost. */
  recreate(): void
  /** Takes out the SDK's client, nodes, styles, storage and requests under way. */
  destroy(): void
}

/** Nothing happens in the SDK for this long: no answer is outstanding (its own limit for a first byte, coze-contract.md 2.3). */
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
  // Before the script runs, so that a version which keeps a reference to `fetch` keeps ours.
  const authorization = keepAuthorizationFresh(page, token)
  const quiet = quietPage(page, {
    scriptUrl: url,
    isSecret: (value) => value === onRefreshToken || (typeof value === 'string' && token.occursIn(value)),
    onAlert: () => report(new CozeChatError('sdk_unusable', 'The Chat SDK opened an alert(): check sdkOptions.')),
  })

  let sdk: LoadedSdk | undefined
  let instance: SdkInstance | undefined
  let visible = false
  /** The newest token that this instance was given, and the requests carried before it was made. */
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

  /** A hint and no more: any script of the page can send one. */
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
    // An agent's client asks for its token, so there is none in the object that it prints; an app's client needs it up front.
    handedOver = isAppMode(options) ? token.text : ''
    instance = createSdkInstance(container, {
      sdk: loaded,
      quiet,
      now: () => clock.monotonic(),
      options: (el) =>
        createSdkOptions(options, {
          el,
          lang: options.lang ?? document.documentElement.lang,
          subject: visitor.subject,
          token: handedOver,
          onRefreshToken,
          onHide: () => {
            if (!visible) return
            visible = false
            instance?.conceal()
            onEvent({ type: 'close' })
          },
        }),
    })
    if (visible) instance.show()
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
    attempt(() => instance?.show())
  }

  function hide(): void {
    if (!visible) return
    visible = false
    attempt(() => instance?.hide())
  }

  function recreate(): void {
    const loaded = sdk
    if (!loaded) return
    attempt(() => {
      instance?.destroy()
      instance = undefined
      create(loaded)
    })
  }

  /** For a version that sends by a way we cannot reach: while nobody looks and no answer is outstanding, it starts anew with the new token. */
  function recreateIfOutdated(): void {
    const reached = authorization.carried > carriedBefore
    if (!instance || visible || reached || handedOver === '' || handedOver === token.text) return
    if (clock.monotonic() - instance.changedAtMs >= QUIET_MS) recreate()
  }

  function destroy(): void {
    if (ended) return
    ended = true
    setup.signal?.removeEventListener('abort', end)
    page.removeEventListener('message', onMessage)
    visible = false
    instance?.destroy()
    instance = undefined
    if (sdk && --sdk.users === 0) for (const style of sdk.styles) style.remove()
    sdk = undefined
    life.abort()
    token.stop()
    authorization.stop()
    quiet.stop()
    purgeSdkStorage(page)
  }

  try {
    const source = { url, integrity: options.sdkIntegrity, nonce: options.nonce }
    const [loaded] = await Promise.all([
      loadOfficialSdk(document, source, { clock, signal: life.signal }),
      // A failed token ends the load, too.
      token.start().catch((error: unknown) => {
        reason = error
        life.abort()
      }),
    ])
    if (life.signal.aborted)
      throw reason ?? new CozeChatError('aborted', 'The official chat was closed before it was ready.')
    sdk = loaded
    sdk.users++
    for (const style of sdk.styles) if (!style.isConnected) document.head.append(style)
    page.addEventListener('message', onMessage)
    create(loaded)
    setup.signal?.removeEventListener('abort', end)
    return { show, hide, recreate, destroy }
  } catch (error) {
    destroy()
    throw toCozeChatError(reason ?? error)
  }
}
