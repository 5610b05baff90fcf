import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompress } from 'node:zlib'
import { expect, it, vi } from 'vitest'
import { readWidgetFiles } from '../../../src/server/widget/read-widget-files.ts'

vi.mock('node:zlib', async (original) => {
  const zlib = await original<typeof import('node:zlib')>()
  return { ...zlib, brotliCompress: vi.fn(zlib.brotliCompress) }
})

it('compresses nothing before the widget is asked for, then what a page will ask for next, and each file once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'widget-'))
  for (const name of ['embed.js', 'chat-Ab3_x-9Z.js', 'ja-Ab3_x-9Z.js', 'react.js']) {
    await writeFile(join(directory, name), name)
  }
  const files = await readWidgetFiles({ directory })
  expect(brotliCompress).toHaveBeenCalledTimes(0)
  await files.read('embed.js', 'settings;')
  await vi.waitFor(() => expect(brotliCompress).toHaveBeenCalledTimes(3))
  const [one, other] = await Promise.all([files.read('chat-Ab3_x-9Z.js'), files.read('chat-Ab3_x-9Z.js')])
  expect(one).toBe(other)
  expect(Buffer.from(one.plain).toString()).toBe('chat-Ab3_x-9Z.js')
  await files.read('embed.js', 'settings;')
  expect(brotliCompress).toHaveBeenCalledTimes(3)
})
