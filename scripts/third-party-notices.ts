/** Writes `THIRD-PARTY-NOTICES.txt`: the licences of the packages whose code is in our files, as their licences ask. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

interface PackageManifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly homepage?: string
  readonly repository?: string | { readonly url?: string }
}

/** Folders of the packages that any of the outputs of one build has brought in. */
const folders = new Set<string>()

/** Collects over all outputs that it is applied to, and writes the file anew after each. */
export const thirdPartyNotices: Plugin = {
  name: 'third-party-notices',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk') continue
      for (const id of file.moduleIds) {
        const folder = packageFolder(id)
        if (folder !== undefined) folders.add(folder)
      }
    }
  },
  writeBundle() {
    const notices = [...folders].map(noticeOf).sort()
    writeFileSync('dist/THIRD-PARTY-NOTICES.txt', `${notices.join(`\n${'-'.repeat(80)}\n\n`)}`)
  },
}

/** `/a/node_modules/@x/y/lib/z.js` → `/a/node_modules/@x/y` */
function packageFolder(id: string): string | undefined {
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.split('?')[0] ?? '')?.[1]
}

function noticeOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageManifest
  const { name, version, license = 'see its text', homepage, repository } = manifest
  const source = homepage ?? (typeof repository === 'object' ? repository.url : repository) ?? ''
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
  const text = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
  if (text === '' && !existsSync(join(folder, 'README.md'))) throw new Error(`${name} ships no licence text.`)
  return `${name} ${version}\nLicence: ${license}\n${source}\n\n${text || `Released under the ${license} licence.`}\n`
}
