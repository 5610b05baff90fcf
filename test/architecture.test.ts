import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))
const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8')

/** Who may import whom; `base` is what has no outside of its own. The README draws the same table. */
const DIRECTION: Readonly<Record<string, readonly string[]>> = {
  base: ['base'],
  session: ['base'],
  token: ['base'],
  chat: ['base'],
  coze: ['base', 'chat (types)'],
  ui: ['base', 'chat'],
  official: ['base'],
  element: ['base', 'widget (types)'],
  server: ['base'],
  simulator: ['base', 'coze/wire.ts (types)'],
  'visitor.ts': ['base', 'session', 'token'],
  'create-chat.ts': ['base', 'visitor.ts', 'coze', 'chat'],
  'headless.ts': ['base', 'create-chat.ts', 'chat (types)', 'visitor.ts (types)'],
  widget: ['base', 'element (types)', 'create-chat.ts', 'chat', 'ui', 'official'],
  'index.ts': ['base', 'element', 'widget'],
  'embed.ts': ['base', 'element'],
  cli: ['base', 'server', 'simulator'],
}

const BASE = [
  'errors.ts',
  'error-cures.ts',
  'contract.ts',
  'token-request-header.ts',
  'options.ts',
  'option-spelling.ts',
  'resolve-options.ts',
]

function unitOf(path: string): string {
  const [first = '', ...rest] = path.split('/')
  if (rest.length === 0) {
    if (BASE.includes(first)) return 'base'
    return first === 'widget.ts' ? 'widget' : first
  }
  return first === 'platform' ? 'base' : first
}

interface Import {
  from: string
  to: string
  typeOnly: boolean
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.tsx?$/.test(path))

function importsOf(file: string): Import[] {
  const text = readFileSync(join(src, file), 'utf8')
  const found: Import[] = []
  const statement = /(?:^|\n)\s*(import|export)\s+(type\s+)?([^'"]*?from\s+)?['"](\.[^'"]+)['"]/g
  for (const [, , type, , target = ''] of text.matchAll(statement)) {
    found.push({ from: file, to: relative(src, join(src, dirname(file), target)), typeOnly: type !== undefined })
  }
  for (const [, target = ''] of text.matchAll(/import\(\s*['"](\.[^'"]+)['"]\s*\)/g)) {
    found.push({ from: file, to: relative(src, join(src, dirname(file), target)), typeOnly: false })
  }
  return found
}

function allowed({ from, to, typeOnly }: Import): boolean {
  const source = unitOf(from)
  const target = unitOf(to)
  if (source === target) return true
  return (DIRECTION[source] ?? []).some((rule) => {
    const [, name, types] = /^(\S+)( \(types\))?$/.exec(rule) ?? []
    return (name === target || name === to) && (types === undefined || typeOnly)
  })
}

describe('the tree is the architecture', () => {
  it('imports point one way', () => {
    const wrong = files
      .flatMap(importsOf)
      .filter((each) => !allowed(each))
      .map(({ from, to }) => `${from} -> ${to}`)
    expect(wrong).toEqual([])
  })

  it('every file belongs to a unit of the table', () => {
    expect(files.filter((file) => DIRECTION[unitOf(file)] === undefined)).toEqual([])
  })

  it('the README draws the same table', () => {
    const table = readme.slice(readme.indexOf('| unit | may import |'))
    const rows = [...table.matchAll(/^\| `([^`]+)` \| (.*?) \|$/gm)].map(([, unit, imports]) => [unit, imports])
    const expected = Object.entries(DIRECTION).map(([unit, imports]) => [
      unit,
      imports.map((name) => `\`${name}\``).join(', '),
    ])
    expect(rows.filter(([unit]) => unit !== undefined && unit in DIRECTION)).toEqual(expected)
  })

  it('no file has a name that says nothing', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|misc)(\.|\/)/.test(file))).toEqual([])
  })

  it('the page is touched only where it is meant to be', () => {
    const mayTouch = /^(embed\.ts|index\.ts|element\/|ui\/|official\/|platform\/|widget\/|simulator\/chat-sdk\/)/
    const touching = files.filter(
      (file) => !mayTouch.test(file) && /(?<![.\w'"`/])(document|window)\./.test(withoutComments(file)),
    )
    expect(touching).toEqual([])
  })

  it('the word Coze is unknown to chat and to the components', () => {
    const vendor = files.filter(
      (file) => /^chat\//.test(file) && /coze/i.test(withoutComments(file).replace(/CozeChatError|coze-chat/g, '')),
    )
    expect(vendor).toEqual([])
  })
})

function withoutComments(file: string): string {
  return readFileSync(join(src, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
}
