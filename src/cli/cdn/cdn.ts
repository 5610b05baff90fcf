/** `coze-chat-widget cdn`: prints the tag of this version on a CDN, with the integrity of its files. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CozeChatError } from '../../errors.ts'
import { hasHash } from '../../server/widget/widget-files.ts'
import { say } from '../say.ts'
import { readVersion } from '../version.ts'
import { addressOnCdn } from './address.ts'

export interface CdnOptions {
  /** Address of the folder with `embed.js`. Default: this version on jsDelivr. */
  base?: string
  /** Also an import map, by which browsers check the files that `embed.js` loads later. */
  importMap?: true
  /** Folder of the files. Default: `dist/browser/` of this package. */
  directory?: string
}

/** This file and its built chunk are both three folders below the root of the package. */
const BROWSER_FILES = fileURLToPath(new URL('../../../dist/browser/', import.meta.url))

/** @throws CozeChatError `misconfigured` where the base is no address, or there are no files */
export async function cdn(options: CdnOptions = {}): Promise<string> {
  const { base = addressOnCdn(readVersion()), importMap, directory = BROWSER_FILES } = options
  if (!URL.canParse(base)) {
    throw new CozeChatError(
      'misconfigured',
      say(
        '--base must be a whole address, such as https://cdn.example/coze-chat/.',
        '--base 必须是完整的地址，如 https://cdn.example/coze-chat/。',
      ),
    )
  }
  const address = (name: string) => new URL(name, base.endsWith('/') ? base : `${base}/`).href
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.js')).sort()
  if (!names.includes('embed.js')) {
    throw new CozeChatError(
      'misconfigured',
      say(
        `There is no embed.js in ${directory}: install the package anew.`,
        `${directory} 中没有 embed.js：请重新安装本包。`,
      ),
    )
  }
  const tag = [
    `<script async src="${address('embed.js')}"`,
    `  integrity="${await integrityOf(join(directory, 'embed.js'))}" crossorigin="anonymous"`,
    '  data-bot-id="YOUR-AGENT"',
    '  data-token-url="https://chat.example.com/api/coze/token"></script>',
  ]
  if (!importMap) return tag.join('\n')
  // Those that begin with `package-` belong to the entries for bundlers.
  const later = names.filter((name) => hasHash(name) && !name.startsWith('package-'))
  const integrity: Record<string, string> = {}
  for (const name of later) integrity[address(name)] = await integrityOf(join(directory, name))
  return [`<script type="importmap">`, JSON.stringify({ integrity }, null, 2), '</script>', ...tag].join('\n')
}

async function integrityOf(path: string): Promise<string> {
  return `sha384-${createHash('sha384')
    .update(await readFile(path))
    .digest('base64')}`
}
