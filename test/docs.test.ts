import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const inFolder = (folder: string) => readdirSync(join(root, folder)).map((name) => join(folder, name))

/** Every document that a reader may open. */
const documents = [...inFolder('.'), ...inFolder('docs'), ...inFolder('docs/guides')].filter((path) =>
  path.endsWith('.md'),
)

describe('the documents', () => {
  it('name no file that is not there', () => {
    const missing = documents.flatMap((document) =>
      [...read(document).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
        .map(([, path = '']) => path)
        .filter((path) => !/^[a-z]+:/.test(path) && !existsSync(join(root, dirname(document), path)))
        .map((path) => `${document}: ${path}`),
    )
    expect(missing).toEqual([])
  })

  it('and the sources cite no document that a reader cannot open', () => {
    const files = ['src', 'test', 'demo', 'examples', 'scripts'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
    )
    const sources = files.filter((file) => /\.(tsx?|m?js|css|html)$/.test(file))
    const citations = [...documents, ...sources].flatMap((file) =>
      [...read(file).matchAll(/(?<![\w./-])((?:docs\/)?[a-z][a-z-]*\.md)\b/g)]
        .map(([, path = '']) => path)
        // `div.md` is a selector in a style sheet.
        .filter((path) => path !== 'div.md')
        .filter(
          (path) => ![path, join('docs', path), join(dirname(file), path)].some((at) => existsSync(join(root, at))),
        )
        .map((path) => `${file}: ${path}`),
    )
    expect(citations).toEqual([])
  })

  it('have tables that are made from the code of today', () => {
    const { stdout, status } = spawnSync(process.execPath, ['scripts/document-tables.mjs', '--check'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([0, ''])
  })
})

describe('docs/threats.md', () => {
  it('has a row for each threat and fault, and each is held by a test', () => {
    const rows = [...read('docs/threats.md').matchAll(/^\| ([TF]\d+) \| .+ \| .+ \| (.*) \|$/gm)]
    const ids = (JSON.parse(read('test/threats.json')) as { id: string }[]).map(({ id }) => id)
    expect(rows.map(([, id]) => id)).toEqual(ids)
    expect(rows.filter(([, , tests]) => tests === '').map(([, id]) => id)).toEqual([])
  })
})

describe('docs/features.md', () => {
  it('says of each feature where its test is, and the test is there', () => {
    const rows = read('docs/features.md')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (\*\*|\|)/.test(line))
      .map((line) => line.split(' | '))
    expect(rows.length).toBeGreaterThan(35)
    for (const [feature = '', ...chats] of rows) {
      // Ours is the last column of each table.
      const links = [...(chats.at(-1) ?? '').matchAll(/\]\((\S+) "([^"]+)"\)/g)]
      expect(links, feature).not.toEqual([])
      for (const [, path = '', title = ''] of links) {
        expect(read(join('docs', path)).replaceAll("\\'", "'"), `${feature}: ${path}`).toContain(title)
      }
    }
  })
})

describe('what docs/features.md says of others', () => {
  const section = read('docs/features.md').split('## What an owner sets')[1] ?? ''
  const [head = [], , ...rows] = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1))

  it('has a word for each of them in every row: what was found, or that nothing was', () => {
    expect(rows.length).toBeGreaterThan(10)
    for (const row of rows) {
      expect(row, row[0]).toHaveLength(head.length)
      for (const cell of row) expect(cell.trim(), row[0]).toMatch(/^[^\s–-]/)
    }
  })

  it('names its sources, and has none for a column that is not there', () => {
    const sources = [...section.matchAll(/^- ([^:]+): (.+)$/gm)]
    expect(sources.map(([, name]) => name)).toEqual(['Intercom', 'ChatKit', 'Chat SDK'])
    for (const [, name = '', links] of sources) {
      expect(head.some((column) => column.trim().startsWith(name))).toBe(true)
      expect(links).toMatch(/\]\((https:|coze\.md)/)
    }
  })
})

describe('the four flows of docs/architecture.md', () => {
  const architecture = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8')
  const section = architecture.slice(architecture.indexOf('## The four flows'), architecture.indexOf('## Decisions'))
  const flows = section.split(/^\*\*/m).slice(1)
  const sourceOf = (file: string) => readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8')
  const imports = (file: string, other: string) => sourceOf(file).includes(`/${other.split('/').at(-1)}'`)
  const names = (file: string, name: string) => new RegExp(`\\b${name}\\b`).test(sourceOf(file))

  it.each(flows.map((flow) => [flow.slice(0, flow.indexOf('**')), flow] as const))(
    '%s: every function is there, and every hop knows the next one',
    (_, flow) => {
      const hops = [...flow.matchAll(/^\d+\. `([^`]+)`: ((?:(?: → )?`\w+`)+)(.*)$/gm)].map(
        ([, file = '', way = '', rest = '']) => ({
          file,
          functions: [...way.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
          // What joins two files of which neither names the other: a type of both, or the caller.
          by: /\bby `(\w+)`/.exec(rest)?.[1],
        }),
      )
      expect(hops).toHaveLength(Number(/\((\d+)\)/.exec(flow)?.[1]))
      for (const { file, functions } of hops) {
        for (const name of functions) expect(names(file, name), `${name} in ${file}`).toBe(true)
      }
      const loose = hops.slice(1).filter(({ file, functions, by }, index) => {
        const before = hops[index]
        if (!before || before.file === file || imports(before.file, file) || imports(file, before.file)) return false
        if (functions.some((name) => names(before.file, name)) || names(file, before.functions.at(-1) ?? ''))
          return false
        if (by === undefined) return true
        const caller = hops.find((hop) => hop.functions.includes(by))
        return caller
          ? !functions.some((name) => names(caller.file, name))
          : !(names(file, by) && names(before.file, by))
      })
      expect(loose).toEqual([])
    },
  )
})
