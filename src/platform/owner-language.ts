/** The language of the site's owner, who reads the console: that of their browser, whatever the page is written in. */
export function ownerReadsChinese(): boolean {
  return /^zh/i.test(globalThis.navigator?.language ?? '')
}
