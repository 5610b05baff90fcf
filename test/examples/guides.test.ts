import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')
const guides = readdirSync(`${root}docs/guides`).filter((name) => name.endsWith('.md') && !name.endsWith('.zh-CN.md'))
const headings = (text: string) => [...text.matchAll(/^(#+) /gm)].map(([, marks]) => marks)
const code = (text: string) => [...text.matchAll(/^```(\w+)$/gm)].map(([, language]) => language)

const samples = (text: string) => [...text.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, sample]) => sample)

/** Examples, and the guides in which they stand. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'examples/react.tsx': 'frameworks',
  'examples/nextjs/chat.tsx': 'frameworks',
  'examples/nextjs/route.ts': 'frameworks',
  'examples/node-http.mjs': 'node-frameworks',
  'examples/express.mjs': 'node-frameworks',
  'examples/koa.mjs': 'node-frameworks',
  'examples/fastify.mjs': 'node-frameworks',
  'examples/hono.mjs': 'node-frameworks',
  'examples/headless.ts': 'headless',
  'examples/headless-parts.ts': 'headless',
}

describe('the guides', () => {
  it.each(guides)('%s has the same sections and samples in Chinese, and each leads to the other', (name) => {
    const chinese = name.replace('.md', '.zh-CN.md')
    const [english, translated] = [read(`docs/guides/${name}`), read(`docs/guides/${chinese}`)]
    expect(headings(translated)).toEqual(headings(english))
    expect(code(translated)).toEqual(code(english))
    expect(english).toContain(`(${chinese})`)
    expect(translated).toContain(`(${name})`)
  })

  it.each(guides)('%s is found from both front pages', (name) => {
    expect(read('README.md')).toContain(`docs/guides/${name}`)
    expect(read('README.zh-CN.md')).toContain(`docs/guides/${name.replace('.md', '.zh-CN.md')}`)
  })

  it.each(Object.entries(EXAMPLES))('%s stands in its guide as it is', (path, guide) => {
    expect(read(`docs/guides/${guide}.md`)).toContain(read(path).trim())
    expect(read(`docs/guides/${guide}.zh-CN.md`)).toContain(read(path).trim())
  })

  it('on proxies has the same sections and samples in Chinese, and each leads to the other', () => {
    const [english, translated] = [read('docs/proxies.md'), read('docs/proxies.zh-CN.md')]
    expect(headings(translated)).toEqual(headings(english))
    expect(samples(translated)).toEqual(samples(english))
    expect(english).toContain('(proxies.zh-CN.md)')
    expect(translated).toContain('(proxies.md)')
  })
})
