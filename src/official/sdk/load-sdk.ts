/**
 * Loads the Chat SDK once per page and address. Several mounts share one load, which is abandoned when the last of them
 * has gone. A failed load is forgotten, so that the visitor's next try starts anew.
 */
import { CozeChatError, isCozeChatError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { abortable, wait } from '../../platform/waiting/abort.ts'
import { withTimeout } from '../../platform/waiting/with-timeout.ts'
import { addedStyles } from '../added-styles.ts'
import { findWebChatClient, type WebChatClientConstructor } from './official-sdk.ts'
import { createSdkTraces, type SdkTraces } from './sdk-traces.ts'
import { trustedScriptUrl } from './trusted-script-url.ts'

export interface SdkSource {
  url: string
  integrity?: string | undefined
  nonce?: string | undefined
}

export interface LoadedSdk {
  readonly WebChatClient: WebChatClientConstructor
  /** What it has put into the page beside its containers. */
  readonly traces: SdkTraces
}

/** For all tries together: a site whose light chat takes over should not wait longer. */
export const SDK_LOAD_LIMIT_MS = 15_000
/** Before the second and the third try. */
const RETRY_DELAYS_MS = [500, 2_000]

interface Load {
  readonly sdk: Promise<LoadedSdk>
  readonly abandon: AbortController
  /** How many callers wait for it. */
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
    return await abortable(load.sdk, signal)
  } catch (error) {
    const callerLeft = isCozeChatError(error) && error.code === 'aborted'
    if ((!callerLeft || load.waiting === 1) && ofPage.get(source.url) === load) {
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
  const load = () => tryToLoad(document, source, clock, signal)
  const sdk = withTimeout(SDK_LOAD_LIMIT_MS, signal, { clock }, load).catch((error: unknown) => {
    if (isCozeChatError(error) && error.code !== 'timeout') throw error
    throw loadFailed(source.url, error)
  })
  // Every caller gets the error; a load that all of them left must not become an unhandled rejection.
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
      await wait(clock, delay, signal)
    }
  }
  const WebChatClient = findWebChatClient(view)
  if (WebChatClient) return { WebChatClient, traces: createSdkTraces(document, source.url, styles) }
  throw new CozeChatError('sdk_unusable', `${source.url} defined no CozeWebSDK.WebChatClient: check sdkUrl.`, {
    retryable: true,
  })
}

/** Collects the styles that the script adds while it runs. The script's own node is removed in the end. */
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
  // Records of what a script did are delivered while it is still `currentScript`; styles that the page adds meanwhile are not the SDK's.
  const observer = new MutationObserver((records) => {
    if (document.currentScript === script) for (const node of addedStyles(records)) styles.add(node)
  })
  try {
    await new Promise<void>((resolve, reject) => {
      script.onload = () => resolve()
      script.onerror = () => reject(loadFailed(url))
      script.async = true
      // A page in another encoding, such as GBK, would read the file in its own.
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
      if (!signal.aborted) await wait(clock, 0, signal)
      if (blocked) throw blockedByCsp(`blocks ${url}: add its host to script-src`)
      if (error instanceof TypeError) {
        throw blockedByCsp('asks for trusted types: add coze-chat-widget to trusted-types')
      }
      throw error
    })
  } finally {
    // A mount puts the styles back. If there is none, the page is as it was.
    for (const style of styles) style.remove()
    observer.disconnect()
    document.removeEventListener('securitypolicyviolation', onViolation)
    script.remove()
  }
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
