import { readFileSync } from 'node:fs'

/** The version of this package. The built file that this ends up in is two or three folders below package.json. */
export function readVersion(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Record<string, unknown>
      if (manifest['name'] === 'coze-chat-widget') return String(manifest['version'])
    } catch {
      // Not there: the other place.
    }
  }
  throw new Error('package.json is missing: install the package anew.')
}
