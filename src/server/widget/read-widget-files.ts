import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { CozeChatError } from '../../errors.ts'
import { hasHash, type WidgetFile, type WidgetFiles } from './widget-files.ts'

export interface ReadWidgetFilesOptions {
  /** Folder of the files. Default: `dist/browser/` of this package. */
  directory?: string
  /**
   * Folder that outlives an upgrade. Pages that are still open ask for files of the build that they were loaded with: those files
   * are kept here for 30 days after a service has last begun with them. Default: they are not kept.
   */
  keepIn?: string
}

const KEPT_DAYS = 30
const DAY_MS = 86_400_000

const compressBrotli = promisify(brotliCompress)
const compressGzip = promisify(gzip)

/**
 * Reads the files of the widget, so that `createTokenService({ widget: { files } })` can send them. Each is compressed once:
 * when it is asked for, or in the background after `embed.js` was. Compressing all of them takes a second or two of a processor, which a
 * service whose pages have the widget from elsewhere never spends.
 *
 * @throws CozeChatError `misconfigured` when there is no widget in the folder, or nothing can be kept in `keepIn`
 * @example
 * const service = createTokenService({ ...options, widget: { files: await readWidgetFiles() } })
 */
export async function readWidgetFiles(options: ReadWidgetFilesOptions = {}): Promise<WidgetFiles> {
  const { directory = ownFolder(), keepIn } = options
  const contents = await readScripts(directory)
  if (!contents.has('embed.js')) {
    throw new CozeChatError(
      'misconfigured',
      `There is no embed.js in ${directory}: build the package first, or name the folder of its browser files.`,
    )
  }
  const kept = keepIn === undefined ? new Map<string, Uint8Array<ArrayBuffer>>() : await keep(contents, keepIn)
  return createWidgetFiles(new Map([...kept, ...contents]), [...contents.keys()].filter(hasHash))
}

/** `dist/browser/` of this package. This file, the built entry and the built chunk lie at different depths below its root. */
function ownFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return join(folder, 'dist', 'browser')
}

/** @param following the files that a page asks for after `embed.js` */
function createWidgetFiles(
  contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  following: readonly string[],
): WidgetFiles {
  const compressed = new Map<string, Promise<WidgetFile>>()
  let isFollowed = false

  /** One after another, since whoever has asked for `embed.js` is about to ask for one of them, and other work waits for the same threads. */
  async function compressFollowing(): Promise<void> {
    isFollowed = true
    for (const name of following) await read(name)
  }

  function read(name: string, head = ''): Promise<WidgetFile> {
    const key = `${name}\n${head}`
    const known = compressed.get(key)
    if (known !== undefined) return known
    const content = contents.get(name) ?? new Uint8Array()
    const reading = compress(head === '' ? content : copyOf(Buffer.concat([Buffer.from(head), content])))
    compressed.set(key, reading)
    return reading
  }

  return {
    has: (name) => contents.has(name),
    read(name, head) {
      const reading = read(name, head)
      if (name === 'embed.js' && !isFollowed) void compressFollowing()
      return reading
    },
  }
}

async function compress(plain: Uint8Array<ArrayBuffer>): Promise<WidgetFile> {
  const [brotli, zipped] = await Promise.all([compressBrotli(plain), compressGzip(plain, { level: 9 })])
  const tag = createHash('sha256').update(plain).digest('base64url').slice(0, 22)
  return { plain, brotli: copyOf(brotli), gzip: copyOf(zipped), tag }
}

/** Files on a pool of Node would keep the whole pool alive. */
function copyOf(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer)
}

async function readScripts(directory: string): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const names = await readdir(directory).catch(() => [])
  const scripts = names.filter((name) => name.endsWith('.js'))
  return new Map(
    await Promise.all(scripts.map(async (name) => [name, copyOf(await readFile(join(directory, name)))] as const)),
  )
}

/** Puts the files of this build beside those of earlier ones, and returns all that are young enough. */
async function keep(
  contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  directory: string,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  try {
    await mkdir(directory, { recursive: true })
    const now = new Date()
    for (const [name, content] of contents) {
      if (!hasHash(name)) continue
      await writeFile(join(directory, name), content)
      await utimes(join(directory, name), now, now)
    }
    for (const name of await readdir(directory)) {
      const path = join(directory, name)
      const isOld = now.getTime() - (await stat(path)).mtimeMs > KEPT_DAYS * DAY_MS
      if (isOld && hasHash(name)) await rm(path, { force: true })
    }
    return new Map([...(await readScripts(directory))].filter(([name]) => hasHash(name)))
  } catch (cause) {
    throw new CozeChatError(
      'misconfigured',
      `Files of the widget cannot be kept in ${directory}: it must be a folder that this process may write.`,
      { cause },
    )
  }
}
