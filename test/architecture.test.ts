import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const src = join(root, 'src')

interface Rules {
  FOLDERS: Record<string, { imports: string[]; types?: string[] }>
  LOADERS: string[]
  default: { forbidden: ICruiseOptions['ruleSet']; options: ICruiseOptions }
}
const rules: Rules = await import(join(root, '.dependency-cruiser.mjs'))

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.(tsx?|css)$/.test(path))
const sources = files.filter((file) => /\.tsx?$/.test(file))

describe('the import rules', () => {
  it('find every break of a tree that breaks each of them once', async () => {
    const { output } = await cruise(
      ['src'],
      {
        ...rules.default.options,
        baseDir: join(root, 'test/fixtures/import-rules'),
        validate: true,
        ruleSet: { forbidden: rules.default.forbidden } as NonNullable<ICruiseOptions['ruleSet']>,
      },
      { extensions: ['.ts'] },
    )
    const found = (output as ICruiseResult).summary.violations.map(
      ({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`,
    )
    expect(found.sort()).toEqual([
      'coze-imports-types-only: src/coze/transport.ts -> src/chat/ask.ts',
      'import-call-only-in-loaders: src/visitor/visitor.ts -> src/visitor/memory.ts',
      'no-circle: src/chat/answer.ts -> src/chat/question.ts',
      'node-only-where-node-is: src/server/identity/secret.ts -> fs',
      'platform-imports: src/platform/clock.ts -> src/visitor/visitor.ts',
      'server-layers: src/server/http/body.ts -> src/server/identity/secret.ts',
      'ui-layers: src/ui/strings/en.ts -> src/ui/panel/panel.ts',
    ])
  })

  it('have a row for every folder and every file beside them', () => {
    const names = readdirSync(src).filter((name) => !name.endsWith('.json'))
    expect(names.sort()).toEqual(Object.keys(rules.FOLDERS).sort())
  })
})

describe('the tree', () => {
  it('has at most five files outside its folders', () => {
    const loose = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isFile())
    expect(loose.map(({ name }) => name).length).toBeLessThanOrEqual(5)
  })

  it('has folders that a reader can take in at a glance', () => {
    const sizes = new Map<string, number>()
    for (const folder of files.map(dirname)) sizes.set(folder, (sizes.get(folder) ?? 0) + 1)
    // One file for each language: the number is not ours to choose.
    sizes.delete('ui/strings/languages')
    expect([...sizes].filter(([, size]) => size > 16)).toEqual([])
  })

  it('has no file of more than 400 lines', () => {
    const long = sources.filter((file) => read(file).split('\n').length > 401)
    expect(long).toEqual([])
  })

  it('has no file whose name says nothing', () => {
    expect(files.filter((file) => /(^|[/-])(utils?|helpers?|common|misc|shared|stuff)(\.|\/)/.test(file))).toEqual([])
  })

  it('decides in few places what loads when', () => {
    const loading = sources.filter((file) => /(?<!typeof\s)\bimport\(/.test(withoutComments(file)))
    const allowed = (file: string) => rules.LOADERS.some((name) => file === name || file.startsWith(`${name}/`))
    expect(loading.filter((file) => !allowed(file))).toEqual([])
    expect(loading.filter((file) => !file.startsWith('cli/')).length).toBeLessThanOrEqual(8)
  })

  it('touches the page only where it is meant to', () => {
    const mayTouch =
      /^(embed\.ts|index\.ts|element\/|ui\/|official\/|platform\/|widget\/|server\/widget\/|simulator\/chat-sdk\/)/
    const touching = sources.filter(
      (file) => !mayTouch.test(file) && /(?<![.\w'"`/])(document|window)\./.test(withoutComments(file)),
    )
    expect(touching).toEqual([])
  })

  it('keeps the word Coze out of the chat and its components', () => {
    const vendor = sources.filter(
      (file) => /^chat\//.test(file) && /coze/i.test(withoutComments(file).replace(/CozeChatError|coze-chat/g, '')),
    )
    expect(vendor).toEqual([])
  })
})

function read(file: string): string {
  return readFileSync(join(src, file), 'utf8')
}

function withoutComments(file: string): string {
  return read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
}
