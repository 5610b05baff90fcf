/** One client of the vendor's on the page, and everything it has put there. */
import { CozeChatError, isCozeChatError } from '../errors.ts'
import type { Page } from './fresh-authorization.ts'
import { addedStyles, type LoadedSdk } from './load-script.ts'
import type { SdkOptions } from './official-sdk.ts'
import type { QuietPage } from './quiet-page.ts'

export interface SdkInstance {
  show(): void
  hide(): void
  /** The SDK has hidden itself; its container is left to us. */
  conceal(): void
  /** When the SDK last changed something it shows, by `performance.now()`'s clock. */
  readonly changedAtMs: number
  destroy(): void
}

/** @throws CozeChatError `sdk_unusable` */
export function createSdkInstance(
  container: HTMLElement,
  {
    sdk,
    quiet,
    now,
    options,
  }: { sdk: LoadedSdk; quiet: QuietPage; now(): number; options(el: HTMLElement): SdkOptions },
): SdkInstance {
  const document = container.ownerDocument
  const page = (document.defaultView ?? globalThis) as Page
  // A node of its own for each client, so that nothing of an earlier visitor's can be in it.
  const root = document.createElement('div')
  Object.assign(root.style, { width: '100%', height: '100%', display: 'none' })
  container.append(root)
  let changedAtMs = Number.NEGATIVE_INFINITY
  const watcher = new page.MutationObserver(() => {
    changedAtMs = now()
  })
  watcher.observe(root, { childList: true, subtree: true, characterData: true })

  /** Nobody else can act during a synchronous call, so what appears meanwhile is the SDK's. */
  function inSdk<T>(call: () => T): T {
    const observer = new page.MutationObserver(() => {})
    observer.observe(document.head, { childList: true })
    try {
      return quiet.during(call)
    } finally {
      for (const style of addedStyles(observer.takeRecords())) sdk.styles.add(style)
      observer.disconnect()
    }
  }

  const conceal = () => {
    root.style.display = 'none'
  }
  const leave = () => {
    watcher.disconnect()
    root.remove()
  }
  try {
    const client = inSdk(() => new sdk.WebChatClient(options(root)))
    for (const name of ['showChatBot', 'hideChatBot', 'destroy'] as const) {
      if (typeof client[name] === 'function') continue
      throw new CozeChatError('sdk_unusable', `The Chat SDK has no ${name}(): pin another sdkUrl.`)
    }
    return {
      get changedAtMs() {
        return changedAtMs
      },
      show() {
        root.style.display = ''
        inSdk(() => client.showChatBot())
      },
      hide() {
        inSdk(() => client.hideChatBot())
        conceal()
      },
      conceal,
      destroy() {
        try {
          inSdk(() => client.destroy())
        } catch {
          // Half built: what it leaves is taken out here.
        }
        const { clients } = sdk.WebChatClient
        const place = Array.isArray(clients) ? clients.indexOf(client) : -1
        if (place >= 0) clients?.splice(place, 1)
        leave()
      },
    }
  } catch (error) {
    leave()
    if (isCozeChatError(error)) throw error
    throw new CozeChatError('sdk_unusable', 'The Chat SDK failed: pin another sdkUrl.', { cause: error })
  }
}
