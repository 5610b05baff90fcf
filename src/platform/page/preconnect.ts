import { parseUrl } from '../addresses/parse-url.ts'

/** Opens the connection to another origin before there is a request for it: where a connection takes as long as an answer, that is half of the wait. */
export function preconnect(document: Document, url: string): void {
  const { documentElement, location } = document
  const origin = parseUrl(url, location.href)?.origin
  if (origin === undefined || origin === location.origin) return
  const link = document.createElement('link')
  link.rel = 'preconnect'
  link.href = origin
  // Requests without cookies have connections of their own.
  link.crossOrigin = 'anonymous'
  // Not `head`: a frame of the page may have that name (T42).
  documentElement.append(link)
  // The browser has taken note; the page keeps nothing of it.
  link.remove()
}
