import { parseUrl } from '../../platform/addresses/parse-url.ts'

/** Where Coze keeps the pictures that agents make and visitors send. */
const COZE_FILE_HOSTS = [
  '*.coze.cn',
  '*.coze.com',
  '*.byteimg.com',
  '*.bytednsdoc.com',
  '*.tiktokcdn.com',
  '*.ibyteimg.com',
]

/** Of Coze's hosts those that do something when they are called, for whoever is signed in there. */
const COZE_SERVICES = /^(?:api|ws|www|space)\./

/** What names of pictures end with. */
export const PICTURE = /\.(?:avif|gif|jpe?g|png|svg|webp)$/i

/** What servers may take for a way out of a folder, beyond the `..` that the browser resolves itself. */
const WAY_OUT = /\/\.\.|%(?:2e|2f|5c|25)/i

interface Site {
  /** `shop.example`, `*.shop.example` for all below, either with a path: `shop.example/media`. */
  readonly imageHosts?: readonly string[] | undefined
  readonly apiBase: string
}

/**
 * An address in an answer was chosen by the answer. Its host learns that it was shown, and to fetch it is a GET with the visitor's
 * cookies: other hosts wait for a click, and so do the page's own and the API's, unless the owner names them.
 */
export function isImageAllowed(url: URL, { imageHosts = [], apiBase }: Site): boolean {
  if (url.protocol === 'blob:') return true
  if (url.protocol !== 'https:' && url.origin !== location.origin) return false
  const acts = [location.host, parseUrl(apiBase, location.href)?.host].includes(url.host)
  if (imageHosts.some((place) => admits(place, url, acts))) return true
  return !acts && !COZE_SERVICES.test(url.host) && COZE_FILE_HOSTS.some((place) => admits(place, url, false))
}

/** @param acts a GET may do something there: without a path, only what looks like a file of its own is admitted */
function admits(place: string, url: URL, acts: boolean): boolean {
  const [, anyBelow, rest] = /^(?:https?:\/\/)?(\*\.)?(.*)$/i.exec(place.trim()) ?? []
  const named = parseUrl(`https://${rest}`)
  if (!named || (anyBelow ? !url.host.endsWith(`.${named.host}`) : url.host !== named.host)) return false
  const folder = named.pathname.replace(/\/$/, '')
  if (folder === '') return !acts || (PICTURE.test(url.pathname) && url.search === '')
  return `${url.pathname}/`.startsWith(`${folder}/`) && !WAY_OUT.test(url.pathname)
}
