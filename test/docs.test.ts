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

describe('the four flows of docs/architecture.md', () => {
  const architecture = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8')
  const section = architecture.slice(architecture.indexOf('## The four flows'), architecture.indexOf('## Decisions'))
  const flows = section.split(/^\*\*/m).slice(1)
  const MOST: Readonly<Record<string, number>> = { Click: 9, Token: 9, Delta: 14, '`POST': 12 }

  it.each(flows.map((flow) => [flow.slice(0, flow.indexOf('**')), flow] as const))(
    '%s: every hop is there',
    (title, flow) => {
      const hops = [...flow.matchAll(/^\d+\. `([^`]+)`: (?:`(\w+)`|the handler that `(\w+)`)/gm)]
      expect(hops).toHaveLength(Number(/\((\d+)\)/.exec(flow)?.[1]))
      expect(hops.length).toBeLessThanOrEqual(MOST[title.split(' ')[0] ?? ''] ?? 0)
      for (const [, file = '', name, maker] of hops) {
        const source = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8')
        expect(source, file).toMatch(new RegExp(`\\b${name ?? maker}\\b`))
      }
    },
  )
})
