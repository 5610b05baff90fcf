import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCompressedFiles } from '../../../src/cli/demo/compressed-files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compressed-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Writes a file as of that second. */
async function write(text: string, second: number): Promise<string> {
  const path = join(folder, 'page.js')
  await writeFile(path, text)
  await utimes(path, second, second)
  return path
}

describe('the files of the demo', () => {
  it('are compressed once, however often they are asked for', async () => {
    const read = createCompressedFiles()
    const path = await write('const a = 1', 1)
    const zipped = (await read(path)).gzip()
    expect(gunzipSync(zipped).toString()).toBe('const a = 1')
    expect((await read(path)).gzip()).toBe(zipped)
  })

  it.each([
    ['another time', 'const b = 1', 2],
    ['another size', 'const a = 10', 1],
  ])('are read anew with %s', async (_, text, second) => {
    const read = createCompressedFiles()
    const path = await write('const a = 1', 1)
    ;(await read(path)).gzip()
    await write(text, second)
    const { body, gzip } = await read(path)
    expect([body.toString(), gunzipSync(gzip()).toString()]).toEqual([text, text])
  })

  it('that are not there are told as such, each time', async () => {
    const read = createCompressedFiles()
    for (let i = 0; i < 2; i++) await expect(read(join(folder, 'none.js'))).rejects.toThrow('ENOENT')
  })
})
