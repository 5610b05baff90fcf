/** A page of any owner's on the demo's origin, served by the fault proxy that stands before the site. */
import type { FaultProxy } from '../support/fault-proxy.ts'

export const BOT_ID = '7300000000000000001'
export const SECOND_BOT_ID = '7300000000000000002'

export interface GuestPage {
  /** Attributes of the tag; `null` for a page without one. */
  tag?: Record<string, string> | null
  head?: string
  /** Before the tag. */
  body?: string
  /** Where the tag's script comes from; default the page's own origin. */
  scriptBase?: string
}

export function scriptTag(attributes: Record<string, string>, base = ''): string {
  const text = Object.entries(attributes).map(([name, value]) => ` data-${name}="${value}"`)
  return `<script async src="${base}/dist/embed.js"${text.join('')}></script>`
}

export function guestHtml(apiBase: string, { tag = {}, head = '', body = '', scriptBase }: GuestPage = {}): string {
  const attributes = { 'bot-id': BOT_ID, 'token-url': '/api/coze/token', 'api-base': apiBase, ui: 'light', ...tag }
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Guest</title><link rel="icon" href="data:,">${head}</head>
<body><h1>A page of its own</h1>${body}${tag === null ? '' : scriptTag(attributes, scriptBase)}</body></html>`
}

/** The proxy answers `GET <path>` with the page from now on; answers its address. */
export function serveGuest(proxy: FaultProxy, path: string, html: string): string {
  proxy.rules.always(`GET ${path}`, {
    answer: { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: html },
  })
  return proxy.url + path
}
