/** One client of the vendor's SDK on the page, and everything it has put there. */
import { CozeChatError, isCozeChatError } from '../../errors.ts'
import { addedStyles } from '../added-styles.ts'
import type { LoadedSdk } from './load-sdk.ts'
import type { Page, SdkOptions } from './official-sdk.ts'
import { callSdk } from './sdk-calls.ts'

export interface SdkInstance {
  /** Whether the SDK has drawn the chat, shown or concealed. */
  readonly mounted: boolean
  show(): void
  /** Takes the chat out of sight. What the visitor was typing and an answer under way go on. */
  conceal(): void
  /** The SDK has taken the chat down by itself: it is to be built again when it is shown. */
  unmounted(): void
  /** Whether the visitor has typed something that is not sent. */
  readonly hasDraft: boolean
  /** When the SDK last changed something it shows, in milliseconds of the monotonic clock. */
  readonly changedAtMs: number
  destroy(): void
}

/** @throws CozeChatError `sdk_unusable` */
export function createSdkInstance(
  container: HTMLElement,
  { sdk, now, options }: { sdk: LoadedSdk; now(): number; options(el: HTMLElement): SdkOptions },
): SdkInstance {
  const document = container.ownerDocument
  const page = (document.defaultView ?? globalThis) as Page
  // Each client has a node of its own, so that nothing of an earlier visitor can be in it.
  const root = document.createElement('div')
  Object.assign(root.style, { width: '100%', height: '100%', display: 'none' })
  container.append(root)
  let mounted = false
  let changedAtMs = Number.NEGATIVE_INFINITY
  const watcher = new page.MutationObserver(() => {
    changedAtMs = now()
    // For versions that make a number of the width they are given.
    for (const panel of root.children) (panel as HTMLElement).style.maxWidth ||= '100%'
  })
  // Before the SDK's own listeners: Escape closes an image preview, and not the whole chat behind it.
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && sdk.traces.isCovered(root)) event.preventDefault()
  })
  watcher.observe(root, { childList: true, subtree: true, characterData: true })

  /** No other script can run during a synchronous call, so styles that appear meanwhile are the SDK's. */
  function inSdk<T>(call: () => T): T {
    const observer = new page.MutationObserver(() => {})
    observer.observe(document.head, { childList: true })
    try {
      return callSdk(call)
    } finally {
      for (const style of addedStyles(observer.takeRecords())) sdk.traces.styles.add(style)
      observer.disconnect()
    }
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
      get mounted() {
        return mounted
      },
      get hasDraft() {
        return Array.from(root.querySelectorAll('textarea')).some(({ value }) => value !== '')
      },
      show() {
        root.style.display = ''
        sdk.traces.liftAbove(root)
        if (mounted) return
        mounted = true
        inSdk(() => client.showChatBot())
      },
      conceal() {
        root.style.display = 'none'
      },
      unmounted() {
        mounted = false
      },
      destroy() {
        try {
          inSdk(() => client.destroy())
        } catch {
          // A client that is only half built cannot always destroy itself; what it leaves is taken out below.
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
