/** Files with their compressed form, made once for each version of a file: gzip of a page's files took longer than everything else of it. */
import { readFile, stat } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'

export interface CompressedFile {
  readonly body: Buffer
  /** Made when it is asked for the first time. */
  gzip(): Buffer
}

/** Keeps every file that it has read, so it is for a folder of a few. */
export function createCompressedFiles(): (path: string) => Promise<CompressedFile> {
  const kept = new Map<string, { readonly version: string; readonly file: CompressedFile }>()
  return async (path) => {
    const { mtimeMs, size } = await stat(path)
    const version = `${mtimeMs} ${size}`
    const known = kept.get(path)
    if (known?.version === version) return known.file
    const body = await readFile(path)
    let zipped: Buffer | undefined
    const file: CompressedFile = { body, gzip: () => (zipped ??= gzipSync(body)) }
    kept.set(path, { version, file })
    return file
  }
}
