/** The SDK's panel in its container: shown and hidden, and built anew where it holds a token that has been replaced and cannot be reached. */
import { CozeChatError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { OfficialChatEvent } from './official-chat-event.ts'
import type { OnRequest, RequestAuthorization } from './request-authorization.ts'
import type { LoadedSdk } from './sdk/load-sdk.ts'
import { createSdkInstance, type SdkInstance } from './sdk/sdk-instance.ts'
import { createSdkOptions, isAppMode, type OfficialChatOptions, ownerHook } from './sdk/sdk-options.ts'
import type { SdkToken } from './sdk/sdk-token.ts'
import { type StartWatch, watchStart } from './start-watch.ts'

export interface SdkPanel {
  /** Builds it for the first time. */
  start(sdk: LoadedSdk): void
  show(): void
  hide(): void
  recreate(): void
  /** While it is hidden and no answer is outstanding: a version that sends in a way we cannot reach starts anew with the new token. */
  recreateIfOutdated(): void
  /** How the SDK asks for a token. */
  onRefreshToken(refused?: string): Promise<string>
  readonly onRequest: OnRequest
  remove(): void
}

export interface SdkPanelOptions {
  container: HTMLElement
  options: OfficialChatOptions
  subject: string
  token: SdkToken
  authorization: Pick<RequestAuthorization, 'carried'>
  clock: Clock
  onEvent: (event: OfficialChatEvent) => void
}

/** The SDK's own limit for the first byte of an answer (docs/coze.md 2.3): when it has shown nothing new for this long, no answer is outstanding. */
const QUIET_MS = 60_000

export function createSdkPanel({
  container,
  options,
  subject,
  token,
  authorization,
  clock,
  onEvent,
}: SdkPanelOptions): SdkPanel {
  let sdk: LoadedSdk | undefined
  let instance: SdkInstance | undefined
  let starting: StartWatch | undefined
  let visible = false
  /** The newest token that this instance was given, and how many requests were carried before it was made. */
  let handedOver = ''
  let carriedBefore = 0

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
          onRetry: panel.recreate,
        })
        return createSdkOptions(options, {
          el,
          lang: options.lang ?? container.ownerDocument.documentElement.lang,
          subject,
          token: handedOver,
          onRefreshToken: panel.onRefreshToken,
          onClose: ({ unmounted }) => {
            if (!made || instance !== made) return
            if (unmounted) made.unmounted()
            if (!visible) return
            panel.hide()
            onEvent({ type: 'close' })
          },
        })
      },
    })
    instance = made
    if (visible) made.show()
  }

  function takeDown(): void {
    starting?.stop()
    instance?.destroy()
    instance = undefined
  }

  function attempt(call: () => void): void {
    try {
      call()
    } catch (cause) {
      const error = new CozeChatError('sdk_unusable', 'The Chat SDK failed: pin another sdkUrl.', { cause })
      onEvent({ type: 'error', error })
    }
  }

  const panel: SdkPanel = {
    start(loaded) {
      sdk = loaded
      create(loaded)
    },
    show() {
      if (visible) return
      panel.recreateIfOutdated()
      visible = true
      attempt(() => {
        // The SDK knows only of the first time.
        const again = instance?.mounted
        instance?.show()
        if (again) ownerHook(options, 'onShow')?.()
      })
    },
    hide() {
      if (!visible) return
      visible = false
      attempt(() => {
        instance?.conceal()
        ownerHook(options, 'onHide')?.()
      })
    },
    recreate() {
      const loaded = sdk
      if (!loaded) return
      attempt(() => {
        takeDown()
        create(loaded)
      })
    },
    recreateIfOutdated() {
      const reached = authorization.carried > carriedBefore
      if (!instance || visible || reached || handedOver === '' || handedOver === token.text) return
      if (!instance.hasDraft && clock.monotonic() - instance.changedAtMs >= QUIET_MS) panel.recreate()
    },
    async onRefreshToken(refused) {
      handedOver = await (refused ? token.renew(refused) : token.fresh())
      return handedOver
    },
    onRequest: () => starting?.onRequest(),
    remove() {
      visible = false
      takeDown()
      sdk = undefined
    },
  }
  return panel
}
