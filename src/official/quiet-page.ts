/**
 * Keeps what the SDK says about itself from the page: it prints the whole options object, the token and its chat config to the
 * console, at construction and whenever it draws, and opens `alert()` boxes on the customer's site (coze-contract.md 2.7).
 *
 * The page's own calls must stay as they are. So a console call is judged by what it would show, and dropped only if our refresh
 * callback (which marks the options object and every copy of it) or one of our tokens is in it; the moment does not matter, since the
 * SDK prints from later renders, too. An `alert()` is judged by its caller: dropped while we call the SDK, or with the SDK's script
 * on the stack. Without a stack or a script address it passes.
 *
 * The price: while the chat is mounted, developer tools name this file as the origin of a console line.
 */
import { interpose } from './interpose.ts'

export interface QuietPage {
  /** Runs a call into the SDK during which no `alert()` opens. */
  during<T>(call: () => T): T
  stop(): void
}

const PRINTING = ['log', 'info', 'debug', 'warn', 'error', 'trace', 'dir', 'table', 'group', 'groupCollapsed'] as const

/** Enough for an options object and for a request that failed with it; bounds what a page's own large object costs. */
const MAX_VISITED = 500

export function quietPage(
  page: Window & typeof globalThis,
  sdk: { scriptUrl: string; isSecret(value: unknown): boolean; onAlert(): void },
): QuietPage {
  let calls = 0
  const layers = PRINTING.map((name) =>
    interpose(page.console, name, (next, _self, args) => (mentions(args, sdk.isSecret) ? undefined : next(args))),
  )
  layers.push(
    interpose(page, 'alert', (next, _self, args) => {
      if (calls === 0 && !new Error().stack?.includes(sdk.scriptUrl)) return next(args)
      sdk.onAlert()
      return undefined
    }),
  )
  return {
    during(call) {
      calls++
      try {
        return call()
      } finally {
        calls--
      }
    },
    stop() {
      for (const leave of layers) leave()
    },
  }
}

/** Breadth first over own data properties; runs no getter and leaves out the document, through which everything is reachable. */
function mentions(root: unknown, isSecret: (value: unknown) => boolean): boolean {
  const queue: unknown[] = [root]
  const seen = new Set<unknown>(queue)
  try {
    for (let index = 0; index < queue.length && index < MAX_VISITED; index++) {
      const value = queue[index]
      if (isSecret(value)) return true
      if (typeof value !== 'object' || value === null || 'nodeType' in value || 'window' in value) continue
      for (const key of Reflect.ownKeys(value).slice(0, MAX_VISITED)) {
        const inner: unknown = Object.getOwnPropertyDescriptor(value, key)?.value
        if (inner === undefined || seen.has(inner)) continue
        seen.add(inner)
        queue.push(inner)
      }
    }
  } catch {
    // An object that may not be looked at (a revoked proxy): not the SDK's.
  }
  return false
}
