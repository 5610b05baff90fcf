/** Where Coze keeps the pictures that agents make and visitors send. */
const COZE_FILE_HOSTS = [
  '*.coze.cn',
  '*.coze.com',
  '*.byteimg.com',
  '*.bytednsdoc.com',
  '*.tiktokcdn.com',
  '*.ibyteimg.com',
]

const PICTURE = /\.(?:avif|gif|jpe?g|png|svg|webp)$/i

/**
 * An address in an answer was chosen by the answer, so its host learns that it was shown: other hosts wait for a click.
 * @param site `imageHosts`: host names beyond the page's own, the API's and Coze's, `*.` in front for all below
 */
export function isImageAllowed(
  url: URL,
  { imageHosts = [], apiBase }: { readonly imageHosts?: readonly string[] | undefined; readonly apiBase: string },
): boolean {
  if (url.protocol === 'blob:') return true
  // Of the page's own site pictures only: an answer must not be able to call what a GET does there.
  if (url.origin === location.origin) return PICTURE.test(url.pathname) && url.search === ''
  return (
    url.protocol === 'https:' &&
    [location.host, new URL(apiBase, location.href).host, ...COZE_FILE_HOSTS, ...imageHosts].some((host) =>
      host.startsWith('*.') ? url.host.endsWith(host.slice(1)) : url.host === host,
    )
  )
}
