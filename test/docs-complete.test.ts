/** Everything that a user can name is documented in English and in Chinese. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { guideFiles } from '../scripts/guide-tables.ts'
import { ERROR_CODES } from '../src/errors.ts'
import { OPTIONS } from '../src/options/option-table.ts'
import { SERVICE_ERROR_STATUS } from '../src/protocol/token-endpoint.ts'
import { GATEWAY_ROUTES } from '../src/server/gateway/routes.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const guides = readdirSync(join(root, 'docs/guides')).map((name) => `docs/guides/${name}`)
const isChinese = (path: string) => path.endsWith('.zh-CN.md')

const DOCUMENTS = {
  English: ['README.md', 'docs/proxies.md', ...guides.filter((path) => !isChinese(path))],
  Chinese: ['README.zh-CN.md', 'docs/proxies.zh-CN.md', ...guides.filter(isChinese)],
} as const
/** All words between backquotes, which is how the documents name things. */
const named = (paths: readonly string[]) =>
  new Set(paths.flatMap((path) => [...read(path).matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name)))

/** Names of the members of an interface at its first level. */
function membersOf(path: string, name: string): string[] {
  const body = new RegExp(`export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(read(path))?.[1] ?? ''
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(<]/gm)].map(([, member = '']) => member)
}

const COMMAND = join(root, 'dist/cli/index.js')
const help = (...args: string[]) =>
  spawnSync(process.execPath, [COMMAND, ...args, '--help'], { encoding: 'utf8' }).stdout
const commands = [...help().matchAll(/^ {2}([a-z]+) (?:\[options\])? /gm)]
  .map(([, name = '']) => name)
  .filter((name) => name !== 'help')
const flags = commands.flatMap((command) =>
  [...help(command).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)]
    .map(([, flag = '']) => flag)
    .filter((flag) => flag !== '--help')
    .map((flag) => `${command} ${flag}`),
)

/** The variables that the code of service and command line names. */
function variables(): string[] {
  const sources = ['src/server', 'src/cli'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => read(join(folder, name))),
  )
  const names = sources.flatMap((text) => [
    ...[...text.matchAll(/^ {2}([A-Z][A-Z_]+): \[/gm)].map(([, name = '']) => name),
    ...[...text.matchAll(/\benv(?:ironment)?(?:\.|\[')([A-Z][A-Z_]+)/g)].map(([, name = '']) => name),
    ...[...text.matchAll(/\.env\('([A-Z_]+)'\)/g)].map(([, name = '']) => name),
    ...[...text.matchAll(/\{ (COZE_[A-Z_]+|CHAT_[A-Z_]+)[:,]/g)].map(([, name = '']) => name),
  ])
  return [...new Set(names)].filter((name) => !NOT_SETTINGS.includes(name))
}
/** Set by others, or constants of the code. */
const NOT_SETTINGS: readonly string[] = ['LANG', 'LC_ALL', 'LC_MESSAGES', 'NO_COLOR', 'PATH', 'NODE_ENV', 'CHAT_FAILED']

/** What there is, and how many of it at least: a list that has become empty would pass for documented. */
const THINGS: Readonly<Record<string, readonly [names: readonly string[], atLeast: number]>> = {
  option: [Object.keys(OPTIONS), 40],
  event: [membersOf('src/element/chat-widget.ts', 'ChatEventMap'), 9],
  'method of the handle': [membersOf('src/element/chat-widget.ts', 'ChatWidget'), 11],
  'error code': [[...ERROR_CODES, ...Object.keys(SERVICE_ERROR_STATUS)], 40],
  'option of the service': [membersOf('src/server/service-options.ts', 'TokenServiceOptions'), 30],
  variable: [variables(), 25],
  'route of the gateway': [GATEWAY_ROUTES.map(({ path }) => path), 20],
}

describe('the documents in each language', () => {
  for (const [language, paths] of Object.entries(DOCUMENTS)) {
    const words = named(paths)
    /** `open()` documents `open`, and `POST /api/coze/token` the route. */
    const isNamed = (name: string) =>
      [...words].some((word) => word === name || word.startsWith(`${name}(`) || word.split(/[\s,]+/).includes(name))

    it.each(Object.entries(THINGS))(`${language}: name every %s`, (_, [names, atLeast]) => {
      expect(names.length).toBeGreaterThanOrEqual(atLeast)
      expect(names.filter((name) => !isNamed(name))).toEqual([])
    })

    const reference = read(`docs/guides/reference${language === 'Chinese' ? '.zh-CN' : ''}.md`)

    it(`${language}: have a section for every command, with every flag in it`, () => {
      expect(commands.length).toBeGreaterThanOrEqual(6)
      expect(flags.length).toBeGreaterThan(35)
      const documented = reference
        .split(/^### /m)
        .slice(1)
        .flatMap((section) =>
          [...section.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, flag]) => `${section.split('\n')[0]} ${flag}`),
        )
      expect(documented.sort()).toEqual([...flags].sort())
    })

    it(`${language}: name the routes of the service`, () => {
      for (const route of ['POST /api/coze/token', 'GET /api/coze/healthz', 'GET /api/coze/metrics', 'GET /embed.js']) {
        expect(words).toContain(route)
      }
    })
  }

  it('say of each thing that a browser keeps what it is', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      /^(?:chat|element|platform|ui|visitor|widget)\/.*\.tsx?$/.test(path),
    )
    const kept = sources.flatMap((path) =>
      [...read(`src/${path}`).matchAll(/'(coze_[a-z_]+):?'/g)].map(([, name = '']) => name),
    )
    expect(kept.length).toBeGreaterThanOrEqual(7)
    for (const path of ['docs/guides/privacy.md', 'docs/guides/privacy.zh-CN.md']) {
      const names = new Set([...read(path).matchAll(/`(coze_[a-z_]+)/g)].map(([, name]) => name))
      expect(
        kept.filter((name) => !names.has(name)),
        path,
      ).toEqual([])
    }
  })

  it('have a row of meaning and cure for each code', () => {
    for (const path of ['docs/guides/troubleshooting.md', 'docs/guides/troubleshooting.zh-CN.md']) {
      const rows = [...read(path).matchAll(/^\| `(\w+)` \|(?: \d+ \|)? .+ \| .+ \|$/gm)].map(([, code]) => code)
      expect(new Set(rows), path).toEqual(new Set([...ERROR_CODES, ...Object.keys(SERVICE_ERROR_STATUS)]))
    }
  })

  it.each(Object.entries(guideFiles(read)))('%s has the words of today (npm run generate)', (path, text) => {
    expect(read(path)).toBe(text)
  })
})
