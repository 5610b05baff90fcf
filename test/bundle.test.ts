import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const src = fileURLToPath(new URL('../src/', import.meta.url))
const read = (path: string) => readFileSync(dist + path, 'utf8')
const brotli = (path: string) =>
  brotliCompressSync(readFileSync(dist + path), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length

/** The file and every module it imports statically, i.e. what a browser fetches before it runs. */
function withStaticImports(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen
  seen.add(path)
  for (const [, target = ''] of read(path).matchAll(/(?:import|from)\s*["'](\.[^"']+)["']/g)) {
    withStaticImports(new URL(target, `file:///${path}`).pathname.slice(1), seen)
  }
  return seen
}

const browserFiles = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /^(embed|index|headless|launcher-extras|official|widget)\.js$|^chunks\/.*\.js$/.test(path),
)

describe('bytes are a promise (design.md, numbers to hold)', () => {
  it('embed.js is all that a page pays before the first intent: at most 5,000 bytes in brotli', () => {
    expect(brotli('embed.js')).toBeLessThanOrEqual(5000)
  })

  it('a plain text turn of the light chat costs at most 25,000 bytes in brotli, all files together', () => {
    const files = [...withStaticImports('widget.js')]
    expect(files.some((file) => read(file).includes('Type a message'))).toBe(true)
    const total = files.reduce((sum, file) => sum + brotli(file), 0)
    expect({ files, fits: total <= 25_000, total }).toMatchObject({ fits: true })
  })
})

describe('the extras of the launcher', () => {
  it('are one file of at most 5,500 bytes in brotli, and bring nothing of the chat', () => {
    expect([...withStaticImports('launcher-extras.js')]).toEqual(['launcher-extras.js'])
    expect(brotli('launcher-extras.js')).toBeLessThanOrEqual(5500)
  })
})

describe('nothing bleeds into the wrong bundle', () => {
  it('there are browser files to look at', () => {
    expect(browserFiles.length).toBeGreaterThan(4)
  })

  it('T19: no browser file can sign, knows a private key, or brings Node', () => {
    // What is kept of a conversation is sealed by a key that is made of a secret of the visitor's own.
    const forbidden =
      /PRIVATE KEY|subtle\.sign|importKey(?!\(.raw.,\w+,.AES-GCM.)|client_secret|from\s*["']node:|require\(/
    expect(browserFiles.filter((file) => forbidden.test(read(file)))).toEqual([])
  })

  it('the script tag and the headless entry bring no Preact', () => {
    for (const entry of ['embed.js', 'headless.js']) {
      for (const file of withStaticImports(entry)) expect(read(file)).not.toMatch(/__k=|dangerouslySetInnerHTML/)
    }
  })

  it('no browser file writes HTML text or makes code from text', () => {
    const forbidden = /\.(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write\(|\beval\(|new Function\(/
    // Preact brings one such line, for `dangerouslySetInnerHTML`, which no component of ours uses.
    const ours = (file: string) => read(file).replace(/\.innerHTML=\w+\.__html\b/, '')
    expect(browserFiles.filter((file) => forbidden.test(ours(file)))).toEqual([])
  })

  it('no component of ours hands HTML to Preact', () => {
    const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.tsx'))
    expect(sources.length).toBeGreaterThan(5)
    expect(sources.filter((path) => readFileSync(src + path, 'utf8').includes('dangerouslySetInnerHTML'))).toEqual([])
  })

  it('the service names no global of the page', () => {
    for (const file of withStaticImports('server/index.js')) expect(read(file)).not.toMatch(/\b(document|window)\./)
  })
})
