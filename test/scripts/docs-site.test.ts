import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { GUIDES, PAGES, toPage } from '../../site/pages.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

describe('the website of the documents', () => {
  it('has a page for every guide in both languages, and each of them in its list', () => {
    const guides = readdirSync(join(root, 'docs/guides')).map((name) => `docs/guides/${name}`)
    expect(guides.length).toBeGreaterThan(20)
    const from = PAGES.map((page) => page.from)
    expect(guides.filter((path) => !from.includes(path))).toEqual([])
    expect(from.filter((path) => !existsSync(join(root, path)))).toEqual([])
    const listed = GUIDES.flatMap(({ pages }) => pages.map((page) => page.from))
    expect(guides.filter((path) => !path.endsWith('.zh-CN.md') && !listed.includes(path))).toEqual([])
  })

  it('has no link to what is no page, and leaves code alone', () => {
    const to = new Set(PAGES.map((page) => page.to))
    for (const page of PAGES) {
      const text = toPage(read(page.from), page).replace(/^```[\s\S]*?^```$/gm, '')
      const links = [...text.matchAll(/\]\(([^)\s]+)/g)].map(([, target = '']) => target.split('#')[0] ?? '')
      const lost = links
        .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
        .filter((target) => !to.has(posix.join(posix.dirname(page.to), target)))
      expect(lost, page.from).toEqual([])
    }
  })

  it('leads to the files of the repository where it has an address', () => {
    const page = { from: 'docs/features.md', to: 'features.md' }
    const text =
      'See [the test](../test/index.test.ts "it holds"), [coze](coze.md#a), [out](https://coze.com) and `[a](b)`.'
    expect(toPage(text, page, 'https://git.example/widget')).toBe(
      'See [the test](https://git.example/widget/blob/main/test/index.test.ts), [coze](./coze.md#a), [out](https://coze.com) and `[a](b)`.',
    )
    expect(toPage('[the test](../test/index.test.ts)', page)).toBe('the test')
  })
})
