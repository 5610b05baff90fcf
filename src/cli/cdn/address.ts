/** Where a CDN has the files that a page needs. The version is whole: what pages load must not change by itself. */
export function addressOnCdn(version: string): string {
  return `https://cdn.jsdelivr.net/npm/coze-chat-widget@${version}/dist/browser/`
}
