/**
 * What the SDK puts into the page beside its container (docs/coze.md 2.10): global styles, image previews, toasts and
 * tooltips in `body`, a hidden text field with which it measures, and a cookie. While a chat is mounted they are there, and its
 * layers lie above what the container lies in; without one the page is as it was.
 *
 * The page may add to its `body` too, and may use the same libraries as the SDK. So a node is the SDK's only if the SDK's
 * script is on the stack when it is added.
 */

import { wrapMethod } from '../wrap-method.ts'
import type { Page } from './official-sdk.ts'
import { isCalledBySdk } from './sdk-calls.ts'

export interface SdkTraces {
  /** Global styles. The SDK adds them once, so they are kept for the next mount. */
  readonly styles: Set<Element>
  /** A chat is mounted: what an earlier one left is put back. */
  enter(): void
  /** Lifts what the SDK hangs into `body` above everything that `container` is inside of. */
  liftAbove(container: Element): void
  /** Whether something of the SDK's lies over the middle of `container`, as an image preview does. */
  isCovered(container: Element): boolean
  /** A chat has gone. With the last one everything goes. */
  leave(): void
}

const MARK = 'data-coze-chat-sdk'
/** Where the SDK puts its panel, below its previews and toasts: whatever lies lower needs no lifting. */
const OWN_LEVEL = 1_000
const HIGHEST_LEVEL = 2_147_483_647
/** Of its translations, for the whole site. */
const COOKIE = 'i18next'

export function createSdkTraces(document: Document, scriptUrl: string, styles: Set<Element>): SdkTraces {
  const page = (document.defaultView ?? globalThis) as Page
  const nodes = new Set<Element>()
  let users = 0
  let unwraps: (() => void)[] = []
  let lifting: HTMLStyleElement | undefined
  let cookieBefore: string | undefined

  function take(node: unknown): void {
    for (const known of nodes) if (!known.isConnected) nodes.delete(known)
    if (!(node instanceof page.Element) || styles.has(node)) return
    nodes.add(node)
    node.setAttribute(MARK, '')
  }

  function watchBody({ body }: Document): void {
    unwraps = (['appendChild', 'insertBefore', 'append', 'prepend'] as const).map((name) =>
      wrapMethod(body, name, (next, _self, args) => {
        const result = next(args)
        if (isCalledBySdk(scriptUrl)) for (const node of name === 'insertBefore' ? args.slice(0, 1) : args) take(node)
        return result
      }),
    )
  }

  return {
    styles,
    enter() {
      if (users++ > 0) return
      for (const style of styles) if (!style.isConnected) document.head.append(style)
      // What is still full of the visitor before is not put back.
      for (const node of nodes) if (node.textContent === '') document.body.append(node)
      cookieBefore = readCookie(document)
      watchBody(document)
    },
    liftAbove(container) {
      const level = levelAbove(container, page)
      if (level <= OWN_LEVEL) return
      lifting ??= document.createElement('style')
      // A node without a position of its own has no level either, and what is inside of it lies as high as it does.
      const text = `[${MARK}]{z-index:${level}!important}:where([${MARK}]){position:relative}`
      if (lifting.textContent !== text) lifting.textContent = text
      if (!lifting.isConnected) document.head.append(lifting)
    },
    isCovered(container) {
      const { left, top, width, height } = container.getBoundingClientRect()
      const hit = document.elementFromPoint(left + width / 2, top + height / 2)
      return hit?.closest(`[${MARK}]`) != null
    },
    leave() {
      if (--users > 0) return
      for (const unwrap of unwraps) unwrap()
      lifting?.remove()
      for (const style of styles) style.remove()
      for (const node of nodes) {
        // Libraries make some of them once in a page's life, and count on finding them again.
        if (!node.isConnected) nodes.delete(node)
        if (node instanceof page.HTMLTextAreaElement) node.value = ''
        node.remove()
      }
      restoreCookie(document, cookieBefore)
    },
  }
}

/** The level above all that `element` is inside of, shadow roots and slots included; 1 where none of it has a level. */
function levelAbove(element: Element, page: Page): number {
  let level = 1
  for (let node: Element | null = element; node; node = outer(node)) {
    const own = Number(page.getComputedStyle(node).zIndex)
    if (own >= level) level = own + 1
  }
  return Math.min(level, HIGHEST_LEVEL)
}

function outer(node: Element): Element | null {
  const root = node.getRootNode()
  return node.assignedSlot ?? node.parentElement ?? (root instanceof ShadowRoot ? root.host : null)
}

function readCookie(document: Document): string | undefined {
  try {
    return document.cookie.split('; ').find((pair) => pair.startsWith(`${COOKIE}=`))
  } catch {
    // A sandboxed frame has no cookies.
    return undefined
  }
}

function restoreCookie(document: Document, before: string | undefined): void {
  const now = readCookie(document)
  if (now === before || now === undefined) return
  document.cookie = before === undefined ? `${COOKIE}=; path=/; max-age=0` : `${before}; path=/`
}
