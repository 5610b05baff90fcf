/**
 * Keeps the SDK's console lines and `alert()` boxes from the page: it prints the whole options object, the token and its
 * chat config to the console, at construction and whenever it draws, and opens alerts on the customer's site (docs/coze.md 2.7).
 *
 * The page's own calls must stay as they are. So a console call is judged by its arguments, and dropped only if our refresh
 * callback, which is in the options object and in every copy of it, or one of our tokens is among them. When it happens does
 * not matter, since the SDK also prints from later renders. An `alert()` is judged by its caller: it is dropped while we call
 * the SDK, or when the SDK's script is on the stack. Without a stack it passes.
 *
 * The cost: while the chat is mounted, developer tools name this file as the origin of every console line.
 */

import { wrapMethod } from '../wrap-method.ts'
import { isCalledBySdk } from './sdk-calls.ts'

const PRINTING = ['log', 'info', 'debug', 'warn', 'error', 'trace', 'dir', 'table', 'group', 'groupCollapsed'] as const

/** How many values of the arguments are looked at: enough for an options object or a failed request, a bound for a page's large object. */
const MAX_VISITED = 500

/** Returns a function that gives the page its own console and `alert()` back. */
export function silenceSdk(
  page: Window & typeof globalThis,
  sdk: { scriptUrl: string; isSecret(value: unknown): boolean; onAlert(): void },
): () => void {
  const layers = PRINTING.map((name) =>
    wrapMethod(page.console, name, (next, _self, args) => (mentions(args, sdk.isSecret) ? undefined : next(args))),
  )
  layers.push(
    wrapMethod(page, 'alert', (next, _self, args) => {
      if (!isCalledBySdk(sdk.scriptUrl)) return next(args)
      sdk.onAlert()
      return undefined
    }),
  )
  return () => {
    for (const unwrap of layers) unwrap()
  }
}

/** Looks at own data properties, breadth first. It runs no getter, and leaves out nodes and windows, through which everything is reachable. */
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
    // An object that throws when it is looked at, such as a revoked proxy, is not the SDK's.
  }
  return false
}
