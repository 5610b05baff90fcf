import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { reachedBy, typesOfEntries } from '../scripts/public-types.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly files: readonly string[]
}
interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
const manifest = JSON.parse(read('package.json')) as Manifest
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Locked>> }

/** Where Node finds a package for a folder: in its own `node_modules`, or in those of the folders around it. */
function folderOf(name: string, from: string): string {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = posix.join(folder, 'node_modules', name)
    if (path in packages) return path
    if (folder === '') throw new Error(`${name} is not in the lock file`)
  }
}

/** The folders of all packages that come with an install of this one, itself not counted. */
function installed(): Set<string> {
  const folders = new Set<string>()
  const visit = (folder: string, { dependencies, optionalDependencies }: Locked) => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const path = folderOf(name, folder)
      if (folders.has(path)) continue
      folders.add(path)
      visit(path, packages[path] ?? {})
    }
  }
  visit('', manifest)
  return folders
}

/** What a path takes on a disk with blocks of 4 KiB, in bytes. */
function sizeOf(path: string): number {
  const state = statSync(join(root, path))
  if (!state.isDirectory()) return Math.ceil(state.size / 4096) * 4096
  return readdirSync(join(root, path)).reduce((sum, name) => sum + sizeOf(join(path, name)), 4096)
}

/** What the file and the files that it imports want from outside: names of packages, or `node:` modules. */
function wantedBy(file: string, seen = new Set<string>()): Set<string> {
  const wanted = new Set<string>()
  if (seen.has(file)) return wanted
  seen.add(file)
  // Samples in comments import as well.
  const code = read(file).replaceAll(/^\s*(?:\*|\/\/).*$/gm, '')
  for (const [, target = ''] of code.matchAll(/(?:^import|^export|\bfrom|\bimport\()\s*["']([^"'\n]*)["']/gm)) {
    if (target.startsWith('.'))
      for (const name of wantedBy(posix.join(posix.dirname(file), target), seen)) wanted.add(name)
    else wanted.add(target)
  }
  return wanted
}
const packageOf = (name: string) => name.split('/', name.startsWith('@') ? 2 : 1).join('/')
const isOfNode = (name: string) => name.startsWith('node:') || builtinModules.includes(name)

describe('F119: an install of the package', () => {
  it('brings at most 20 packages and 15 MB', () => {
    const folders = installed()
    const bytes = [...folders, ...manifest.files].reduce((sum, path) => sum + sizeOf(path), 0)
    expect(folders.size).toBeGreaterThan(5)
    expect(folders.size + 1).toBeLessThanOrEqual(20)
    expect(bytes / 1024 / 1024).toBeLessThanOrEqual(15)
  })

  it('brings what the token service imports, and nothing else', () => {
    const wanted = ['index', 'node', 'redis'].flatMap((entry) => [...wantedBy(`dist/server/${entry}.js`)])
    const names = new Set(wanted.filter((name) => !isOfNode(name)).map(packageOf))
    expect([...names].sort()).toEqual(Object.keys(manifest.dependencies).sort())
  })

  it('has a command line and a simulator that need no package', () => {
    const alone = mkdtempSync(join(tmpdir(), 'alone-'))
    cpSync(join(root, 'dist'), join(alone, 'dist'), { recursive: true })
    writeFileSync(join(alone, 'package.json'), '{"type":"module"}')
    // The files of all commands: `--help` alone would load none of them.
    const everyCommand = readdirSync(join(alone, 'dist/node/chunks'))
      .filter((name) => /^(?:cdn|demo|doctor|init|serve|simulate|verify)-.*\.js$/.test(name))
      .map((name) => `import './dist/node/chunks/${name}'`)
    writeFileSync(join(alone, 'all.js'), ["import './dist/simulator/index.js'", ...everyCommand].join('\n'))
    const { status, stderr } = spawnSync(process.execPath, ['all.js'], { cwd: alone, encoding: 'utf8' })
    rmSync(alone, { recursive: true })
    expect(everyCommand.length).toBeGreaterThanOrEqual(7)
    expect([status, stderr]).toEqual([0, ''])
  })

  it('has a token service that starts with the packages of an install alone, and delivers the widget', () => {
    const site = mkdtempSync(join(tmpdir(), 'site-'))
    const folder = join(site, 'node_modules/coze-chat-widget')
    cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true })
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))
    for (const name of Object.keys(manifest.dependencies))
      symlinkSync(join(root, 'node_modules', name), join(site, 'node_modules', name))
    const program = [
      "import 'coze-chat-widget/server'",
      "import 'coze-chat-widget/server/redis'",
      "import { readWidgetFiles } from 'coze-chat-widget/server/node'",
      "console.log((await readWidgetFiles()).has('embed.js'))",
    ]
    writeFileSync(join(site, 'site.mjs'), program.join('\n'))
    const { stdout, stderr } = spawnSync(process.execPath, ['site.mjs'], { cwd: site, encoding: 'utf8' })
    rmSync(site, { recursive: true })
    expect([stdout, stderr]).toEqual(['true\n', ''])
  })

  it('asks for no package later either', () => {
    const files = ['dist/node/chunks', 'dist/server'].flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.js'))
        .map((name) => `${folder}/${name}`),
    )
    const required = files.flatMap((file) =>
      [...read(file).matchAll(/\b(?:__)?require\("([^"]+)"\)/g)].map(([, target = '']) => target),
    )
    expect(required.length).toBeGreaterThan(5)
    expect(required.filter((target) => !isOfNode(target))).toEqual([])
  })

  it('has an edge service and a simulator that need nothing of Node', () => {
    for (const file of ['dist/server/index.js', 'dist/server/redis.js', 'dist/simulator/index.js']) {
      expect([...wantedBy(file)].filter(isOfNode), file).toEqual([])
    }
  })

  it('names the licence of each package whose code is in it', () => {
    const notices = read('dist/THIRD-PARTY-NOTICES.txt')
    for (const name of ['commander', 'hono', 'pino', '@redis/client', 'prom-client', 'jose', 'preact']) {
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'))
    }
  })

  it('declares types of no package that is not there', () => {
    const peers = Object.keys(manifest.peerDependencies)
    const there = [...Object.keys(manifest.dependencies), ...peers]
    const reached = typesOfEntries().map(reachedBy)
    const named = reached.flatMap(({ packages: names }) => [...names])
    expect(named.length).toBeGreaterThan(3)
    expect(named.filter((name) => !isOfNode(name) && !there.includes(packageOf(name)))).toEqual([])
    const shipped = readdirSync(join(root, 'dist/types'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.d.ts'))
      .map((name) => posix.join('dist/types', name))
    const reachable = new Set(reached.flatMap(({ files }) => [...files]))
    expect(shipped.filter((file) => !reachable.has(file))).toEqual([])
  })
})
