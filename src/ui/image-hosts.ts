/**
 * An address in an answer was chosen by the answer, so its host learns that it was shown: other hosts wait for a click.
 * @param imageHosts host names, `*.` in front for all below
 */
export function isImageAllowed(url: URL, imageHosts: readonly string[]): boolean {
  if (url.protocol === 'blob:' || url.origin === location.origin) return true
  return (
    url.protocol === 'https:' &&
    imageHosts.some((host) => (host.startsWith('*.') ? url.host.endsWith(host.slice(1)) : url.host === host))
  )
}
