/**
 * Loads the SDK once per page and address. Two mounts at once share one load, which is given up when both have gone;
 * a failed one is forgotten, so that the visitor's retry starts anew.
 */
import { CozeChatError, isCozeChatError } from '../errors.ts'
import type { Clock, TimerHandle } from '../platform/clock.ts'
import { findWebChatClient, type WebChatClientConstructor } from './official-sdk.ts'
import { trustedScriptUrl } from './trusted-script-url.ts'
import { waitFor } from './wait-for.ts'

export interface SdkSource {
  url: string
  integrity?: string | undefined
  nonce?: string | undefined
}

export interface LoadedSdk {
  readonly WebChatClient: WebChatClientConstructor
  /** Global styles the SDK has put into the page. It does so once, so they are kept for the next mount. */
  readonly styles: Set<Element>
  /** Chats mounted with it. */
  users: number
}

/** For all tries together: a site whose light chat takes over should not wait longer. */
export const SDK_LOAD_LIMIT_MS = 15_000
/** Before the second and the third try. */
const RETRY_DELAYS_MS = [500, 2_000]

interface Load {
  readonly sdk: Promise<LoadedSdk>
  readonly abandon: AbortController
  waiting: number
}

const loads = new WeakMap<Document, Map<string, Load>>()

/** @throws CozeChatError `sdk_load_failed`, `sdk_unusable`, `blocked_by_csp`, `aborted` */
export async function loadOfficialSdk(
  document: Document,
  source: SdkSource,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<LoadedSdk> {
  const ofPage = loads.get(document) ?? new Map<string, Load>()
  loads.set(document, ofPage)
  const load = ofPage.get(source.url) ?? startLoad(document, source, clock)
  ofPage.set(source.url, load)
  load.waiting++
  try {
    return await waitFor(load.sdk, { clock, signal })
  } catch (error) {
    const given = isCozeChatError(error) && error.code === 'aborted'
    if ((!given || load.waiting === 1) && ofPage.get(source.url) === load) {
      ofPage.delete(source.url)
      load.abandon.abort()
    }
    throw error
  } finally {
    load.waiting--
  }
}

function startLoad(document: Document, source: SdkSource, clock: Clock): Load {
  const abandon = new AbortController()
  const { signal } = abandon
  const sdk = waitFor(tryToLoad(document, source, clock, signal), { clock, signal, limitMs: SDK_LOAD_LIMIT_MS }).catch(
    (error: unknown) => {
      if (isCozeChatError(error) && error.code !== 'timeout') throw error
      throw loadFailed(source.url, error)
    },
  )
  // Whoever waits is told; a load that everybody left may fail unheard.
  sdk.catch(() => {})
  return { sdk, abandon, waiting: 0 }
}

async function tryToLoad(document: Document, source: SdkSource, clock: Clock, signal: AbortSignal): Promise<LoadedSdk> {
  const view = document.defaultView ?? globalThis
  const styles = new Set<Element>()
  for (let tries = 0; !findWebChatClient(view); tries++) {
    try {
      await runScript(document, source, clock, signal, styles)
      break
    } catch (error) {
      const delay = RETRY_DELAYS_MS[tries]
      if (delay === undefined || !(isCozeChatError(error) && error.retryable)) throw error
      await pause(clock, delay, signal)
    }
  }
  const WebChatClient = findWebChatClient(view)
  if (WebChatClient) return { WebChatClient, styles, users: 0 }
  throw new CozeChatError('sdk_unusable', `${source.url} defined no CozeWebSDK.WebChatClient: check sdkUrl.`, {
    retryable: true,
  })
}

/** Collects the styles that the script adds while it runs; its own node is gone either way. */
async function runScript(
  document: Document,
  source: SdkSource,
  clock: Clock,
  signal: AbortSignal,
  styles: Set<Element>,
): Promise<void> {
  const { url, integrity, nonce } = source
  const script = document.createElement('script')
  let blocked = false
  const onViolation = (event: SecurityPolicyViolationEvent) => {
    blocked ||= event.blockedURI !== '' && script.src.startsWith(event.blockedURI)
  }
  // Records of what a script did are delivered while it still counts as the current one; the page's own styles are not ours to keep.
  const observer = new MutationObserver((records) => {
    if (document.currentScript === script) for (const node of addedStyles(records)) styles.add(node)
  })
  try {
    await new Promise<void>((resolve, reject) => {
      script.onload = () => resolve()
      script.onerror = () => reject(loadFailed(url))
      script.async = true
      // Pages in GBK are still about; without this they would read the file as such.
      script.charset = 'utf-8'
      if (nonce) script.nonce = nonce
      if (integrity) {
        script.integrity = integrity
        script.crossOrigin = 'anonymous'
      }
      script.src = trustedScriptUrl(document.defaultView ?? globalThis, url)
      document.addEventListener('securitypolicyviolation', onViolation)
      signal.addEventListener('abort', reject, { once: true })
      observer.observe(document.head, { childList: true })
      document.head.append(script)
    }).catch(async (error: unknown) => {
      // The violation is reported in a task of its own, before or after the script's error.
      if (!signal.aborted) await pause(clock, 0, signal)
      if (blocked) throw blockedByCsp(`blocks ${url}: add its host to script-src`)
      if (error instanceof TypeError)
        throw blockedByCsp('asks for trusted types: add coze-chat-widget to trusted-types')
      throw error
    })
  } finally {
    // Whoever mounts puts them back; if nobody does, the page never had them.
    for (const style of styles) style.remove()
    observer.disconnect()
    document.removeEventListener('securitypolicyviolation', onViolation)
    script.remove()
  }
}

/** Style elements and style sheet links among the nodes that were added. */
export function addedStyles(records: readonly MutationRecord[]): Element[] {
  return records.flatMap(({ addedNodes }) =>
    Array.from(addedNodes).filter(
      (node): node is Element => node instanceof Element && node.matches('style, link[rel~=stylesheet]'),
    ),
  )
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  let timer: TimerHandle | undefined
  const woken = new Promise<void>((resolve) => {
    timer = clock.setTimeout(resolve, delayMs)
  })
  return waitFor(woken, { clock, signal }).finally(() => clock.clearTimeout(timer))
}

function blockedByCsp(what: string): CozeChatError {
  return new CozeChatError('blocked_by_csp', `The page's Content-Security-Policy ${what}.`)
}

function loadFailed(url: string, cause?: unknown): CozeChatError {
  return new CozeChatError('sdk_load_failed', `${url} could not be loaded: check sdkUrl and sdkIntegrity.`, {
    retryable: true,
    cause,
  })
}
