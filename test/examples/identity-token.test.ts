import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { identityToken } from '../../src/server/identity/identity-token/identity-token.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const folder = fileURLToPath(new URL('../../examples/identity-token/', import.meta.url))
const guide = readFileSync(new URL('../../docs/guides/identity-tokens.md', import.meta.url), 'utf8')
const guideZh = readFileSync(new URL('../../docs/guides/identity-tokens.zh-CN.md', import.meta.url), 'utf8')
const SECRET = 'an-example-secret-of-32-bytes-min'
const NOW = 1_760_000_000

/** How each sample is run; the runtimes are not everywhere. */
const RUNS: Readonly<Record<string, readonly string[]>> = {
  'identity_token.py': ['python3'],
  'identity_token.php': ['php'],
  'identity_token.go': ['go', 'run'],
  'IdentityToken.java': ['java'],
  'IdentityToken.cs': ['dotnet', 'run'],
}
const isThere = (command: string) =>
  (process.env['PATH'] ?? '').split(delimiter).some((directory) => existsSync(join(directory, command)))

async function userOf(token: string): Promise<unknown> {
  const clock = createFakeClock()
  await clock.advance(NOW * 1000 - clock.now())
  const identify = identityToken({ issuer: 'https://shop.example', audience: 'coze-chat', secret: SECRET, clock })
  return identify(new Request('https://chat.example/', { headers: { authorization: `Bearer ${token}` } }))
}

describe('identity tokens made in other languages', () => {
  it('the vector of the guide is a token of its user', async () => {
    const vector = /`(eyJ[\w-]+\.[\w-]+\.[\w-]+)`/.exec(guide)?.[1] ?? ''
    expect(await userOf(vector)).toBe('用户-42')
    expect(guideZh).toContain(vector)
  })

  it('every sample stands in both guides as it is', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(RUNS).sort())
    for (const name of Object.keys(RUNS)) {
      const sample = readFileSync(join(folder, name), 'utf8').trim()
      expect(guide, name).toContain(sample)
      expect(guideZh, name).toContain(sample)
    }
  })

  it.each(Object.entries(RUNS))('%s makes a token of its user', async (name, [command = '', ...args]) => {
    if (!isThere(command)) return
    const { stdout, stderr } = spawnSync(command, [...args, name, '用户-42'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, CHAT_IDENTITY_SECRET: SECRET, NOW: String(NOW), LC_ALL: 'C.UTF-8' },
    })
    // A Java runtime without its compiler cannot run a source file.
    if (/compiler|tools\.jar|jdk\.compiler/i.test(stderr) && stdout === '') return
    expect(await userOf(stdout.trim()), stderr).toBe('用户-42')
  })
})
