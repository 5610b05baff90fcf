import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  exports: Record<string, string | { types: string; default: string }>
  bin: Record<string, string>
}

/** What each entry offers at run time: a new export is a visible line in a diff. */
const ENTRIES: Readonly<Record<string, readonly string[]>> = {
  '.': ['CozeChatError', 'createChatWidget', 'defineElement', 'isCozeChatError'],
  './headless': ['CozeChatError', 'createHeadlessChat', 'isCozeChatError'],
  './official': ['CozeChatError', 'createOfficialChat', 'isCozeChatError', 'mountOfficialChat', 'purgeSdkStorage'],
  './react': ['CozeChat'],
  './vue': ['CozeChat'],
  './server': [
    'CozeChatError',
    'ERROR_CODES',
    'createMemoryTokenStore',
    'createTokenService',
    'identityToken',
    'isCozeChatError',
  ],
  './server/node': ['createMetrics', 'readWidgetFiles', 'toNodeListener'],
  './server/redis': ['createRedisTokenStore'],
  './simulator': ['SIMULATOR_IDS', 'createCozeSimulator'],
}

describe('the package', () => {
  it.each(Object.entries(ENTRIES))('entry %s offers exactly what is listed', async (entry, names) => {
    const target = manifest.exports[entry]
    if (typeof target !== 'object') throw new Error(`${entry} is not an entry`)
    const module: object = await import(`${root}${target.default}`)
    expect(Object.keys(module).sort()).toEqual([...names].sort())
  })

  it('names no file in exports that the build does not make', () => {
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : [target.types, target.default],
    )
    expect([...targets, ...Object.values(manifest.bin)].filter((path) => !existsSync(`${root}${path}`))).toEqual([])
  })
})
