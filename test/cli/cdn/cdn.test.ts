import { createHash } from 'node:crypto'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cdn } from '../../../src/cli/cdn/cdn.ts'

/** A build with one file that `embed.js` loads, and one for bundlers. */
async function buildFolder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'browser-'))
  for (const name of ['embed.js', 'index.js', 'chat-AbCdEf12.js', 'package-errors-AbCdEf12.js', 'notes.txt'])
    await writeFile(join(directory, name), `content of ${name}`)
  return directory
}
const sri = (content: string) => `sha384-${createHash('sha384').update(content).digest('base64')}`

describe('cdn', () => {
  it('prints the tag of this version whole, with the integrity of embed.js', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as Record<
      string,
      string
    >
    const text = await cdn({ directory: await buildFolder() })
    expect(text).toContain(`src="https://cdn.jsdelivr.net/npm/coze-chat-widget@${version}/dist/browser/embed.js"`)
    expect(text).toContain(`integrity="${sri('content of embed.js')}" crossorigin="anonymous"`)
    expect(text).not.toContain('importmap')
  })

  it('prints an import map with each file that embed.js loads later, at the address that is named', async () => {
    const directory = await buildFolder()
    const text = await cdn({ directory, importMap: true, base: 'https://cdn.example/chat' })
    const map = JSON.parse(/<script type="importmap">(.*?)<\/script>/s.exec(text)?.[1] ?? '{}') as unknown
    expect(map).toEqual({
      integrity: { 'https://cdn.example/chat/chat-AbCdEf12.js': sri('content of chat-AbCdEf12.js') },
    })
    // A map that comes after the first module is ignored by some browsers.
    expect(text.indexOf('importmap')).toBeLessThan(text.indexOf('embed.js"'))
  })

  it('says what is wrong with an address and with a folder without a build', async () => {
    await expect(cdn({ base: 'cdn.example' })).rejects.toMatchObject({
      message: expect.stringContaining('--base must be a whole address'),
    })
    await expect(cdn({ directory: '/nowhere' })).rejects.toMatchObject({
      message: expect.stringContaining('There is no embed.js in /nowhere'),
    })
  })
})
