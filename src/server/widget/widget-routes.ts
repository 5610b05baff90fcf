import type { GatewayTarget } from '../gateway/gateway-options.ts'
import { allowGetOnly } from '../http/allow-get-only.ts'
import type { RouteHandler } from '../http/route-table.ts'
import type { ServiceResponse } from '../http/service-response.ts'
import { previewPage } from './preview-page.ts'
import { hasHash, type WidgetFiles } from './widget-files.ts'

/** How long a page may use an `embed.js` without asking again. */
const EMBED_SECONDS = 300

/** These files are the same for everybody and hold no secret, so any page may load them. */
const FILE_HEADERS = [
  ['access-control-allow-origin', '*'],
  ['cross-origin-resource-policy', 'cross-origin'],
  ['timing-allow-origin', '*'],
  ['x-content-type-options', 'nosniff'],
  ['vary', 'Accept-Encoding'],
].flat()

/**
 * Sends `embed.js` and the files beside it, compressed beforehand.
 *
 * @returns the handler of a path, undefined where there is no such file
 */
export function createWidgetRoutes(options: {
  files: WidgetFiles
  /** Where the files lie, without a slash at its end. */
  path: string
  /** What is put in front of `embed.js`. */
  statement: string
  /** What can be talked to on a page to try the chat on; absent: there is no such page. */
  preview: readonly GatewayTarget[] | undefined
}): (path: string) => RouteHandler | undefined {
  const { files, path, statement, preview } = options
  const respond =
    (name: string): RouteHandler =>
    async (request) => {
      allowGetOnly(request)
      const file = await files.read(name, name === 'embed.js' ? statement : '')
      const encoding = preferredEncoding(request.header('accept-encoding'))
      const tag = `"${file.tag}${encoding === 'identity' ? '' : `-${encoding}`}"`
      const headers = [
        ...FILE_HEADERS,
        'cache-control',
        hasHash(name) ? 'public, max-age=31536000, immutable' : `public, max-age=${EMBED_SECONDS}`,
        'etag',
        tag,
      ]
      if (listsTag(request.header('if-none-match'), tag)) return { status: 304, headers, body: null }
      const response: ServiceResponse = {
        status: 200,
        headers: [
          ...headers,
          'content-type',
          'text/javascript; charset=utf-8',
          ...(encoding === 'identity' ? [] : ['content-encoding', encoding === 'brotli' ? 'br' : 'gzip']),
        ],
        body: encoding === 'identity' ? file.plain : file[encoding],
      }
      return response
    }
  const respondWithPage: RouteHandler = async (request) => {
    allowGetOnly(request)
    return previewPage(request.header('accept-language'), preview ?? [])
  }
  return (requested) => {
    if (preview !== undefined && requested === `${path}/`) return respondWithPage
    const name = requested.startsWith(`${path}/`) ? requested.slice(path.length + 1) : ''
    return files.has(name) ? respond(name) : undefined
  }
}

/** RFC 9110, 12.5.3: what is named with `q=0` is not wanted. */
function preferredEncoding(accepted = ''): 'brotli' | 'gzip' | 'identity' {
  const wanted = new Set(
    accepted
      .toLowerCase()
      .split(',')
      .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
      .map((part) => part.split(';')[0]?.trim()),
  )
  return wanted.has('br') ? 'brotli' : wanted.has('gzip') ? 'gzip' : 'identity'
}

/** RFC 9110, 13.1.2: compared weakly, because proxies that compress weaken our tags. */
function listsTag(header: string | undefined, tag: string): boolean {
  return (header ?? '').split(',').some((listed) => listed.trim().replace(/^W\//, '') === tag || listed.trim() === '*')
}
