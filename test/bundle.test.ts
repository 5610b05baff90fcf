import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const src = fileURLToPath(new URL('../src/', import.meta.url))
const read = (path: string) => readFileSync(dist + path, 'utf8')

const browserFiles = readdirSync(`${dist}browser`).map((name) => `browser/${name}`)

/** The file and every module it imports statically, i.e. what is fetched before it runs. */
function withStaticImports(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen
  seen.add(path)
  for (const [, target = ''] of read(path).matchAll(/(?:import|from)\s*["'](\.[^"']+)["']/g)) {
    withStaticImports(posix.join(posix.dirname(path), target), seen)
  }
  return seen
}

describe('what a page needs', () => {
  it('lies in one folder, in files of JavaScript without folders', () => {
    expect(browserFiles.filter((file) => !file.endsWith('.js'))).toEqual([])
    const outside = browserFiles.flatMap((file) =>
      [...read(file).matchAll(/(?:import|from)\s*\(?["'](?!\.\/)([^"']*)["']/g)].map(([, name]) => `${file}: ${name}`),
    )
    // The components are for bundlers, which have the framework.
    expect(outside.sort()).toEqual(['browser/react.js: react', 'browser/vue.js: vue'])
  })

  it('has names that change with their content, except for the entries', () => {
    const fixed = browserFiles.filter((file) => !/-[\w-]{8}\.js$/.test(file))
    const entries = ['embed', 'headless', 'index', 'official', 'react', 'vue']
    expect(fixed.sort()).toEqual(entries.map((name) => `browser/${name}.js`))
  })

  it('the chat’s file alone asks to be compiled as a whole while it loads: more than half of it runs when a chat opens', () => {
    const asking = browserFiles.filter((file) => read(file).startsWith('//# allFunctionsCalledOnLoad\n'))
    expect(asking).toEqual(browserFiles.filter((file) => /chat-/.test(file) && !/before-chat-/.test(file)))
    expect(asking).toHaveLength(1)
  })

  it('the extras of the launcher are one file and bring nothing of the chat', () => {
    const extras = browserFiles.filter((file) => /launcher-extras-/.test(file))
    expect(extras.flatMap((file) => [...withStaticImports(file)])).toEqual(extras)
    expect(extras).toHaveLength(1)
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
    for (const entry of ['browser/embed.js', 'browser/headless.js']) {
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
    // What it sends to pages is text to it.
    const sent = /\/\/ src\/server\/widget\/[\s\S]*?(?=\n\/\/ (?:src|\.\.|node_modules)\/|$)/g
    for (const file of withStaticImports('server/index.js')) {
      expect(/\b(document|window)\.\w+/.exec(read(file).replace(sent, ''))?.[0], file).toBeUndefined()
    }
  })
})

/**
 * What Chrome and Edge 100, Firefox 115 or Safari 15.4 lack, as it would be written in a file of the build. Asked for before it is used
 * (`AbortSignal.any?.()`, `typeof requestIdleCallback`), it may be there.
 */
const TOO_NEW: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['URL.canParse and URL.parse', /\bURL\.(?:canParse|parse)\b/],
  ['AbortSignal.any and AbortSignal.timeout', /\bAbortSignal\.(?:any|timeout)\b(?!\?\.)/],
  ['Promise.withResolvers and Promise.try', /\bPromise\.(?:withResolvers|try)\b/],
  ['Array.fromAsync', /\bArray\.fromAsync\b/],
  ['Object.groupBy and Map.groupBy', /\b(?:Object|Map)\.groupBy\b/],
  ['copies of arrays', /\.(?:toSorted|toReversed|toSpliced)\(/],
  [
    'helpers of iterators',
    /\.(?:values|keys|entries)\(\)\.(?:map|filter|take|drop|flatMap|reduce|some|every|find|toArray|forEach)\(/,
  ],
  ['algebra of sets', /\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(/],
  ['well-formed strings', /\.(?:isWellFormed|toWellFormed)\(/],
  ['Intl.Segmenter and Intl.DurationFormat', /\bIntl\.(?:Segmenter|DurationFormat)\b/],
  ['idle callbacks without asking', /(?<!typeof )(?<!\?\?)\brequestIdleCallback\(/],
  ['a look behind in a pattern', /\(\?<[=!]/],
  [
    'patterns with the flag v',
    /\/[dgimsuy]*v[dgimsuy]*(?=[.,;)\]}])(?<=[^\w/)\]]\/(?:\\.|[^\\/\n])+\/[dgimsuy]*v[dgimsuy]*)/,
  ],
  ['static blocks of classes', /\bstatic\s*\{/],
  ['import attributes', /\bfrom\s*["'][^"']+["']\s*with\b/],
  [
    'checkVisibility, popovers and view transitions',
    /\.(?:checkVisibility|showPopover|hidePopover|startViewTransition)\(/,
  ],
  ['setHTML', /\.(?:setHTML|setHTMLUnsafe)\(/],
  ['streams as iterables, bytes() of bodies', /\.bytes\(\)|ReadableStream\.from\b/],
  ['light-dark() and nested rules without a fallback', /light-dark\(/],
  ['ranges in media queries', /@media[^{]*\((?:device-)?(?:width|height)\s*[<>]/],
]

/** Asked for by name in this file. */
const ASKED: readonly string[] = ['idle callbacks without asking']

describe('F98: the browsers that the README names', () => {
  const code = browserFiles.map((file) => [file, read(file)] as const)

  it.each(TOO_NEW)('find nothing in any file that they lack: %s', (what, pattern) => {
    const files = code.filter(([, text]) => pattern.test(text)).map(([file]) => file)
    const asked = ASKED.includes(what) ? code.filter(([, text]) => text.includes('typeof requestIdleCallback')) : []
    expect(files.filter((file) => !asked.some(([name]) => name === file))).toEqual([])
  })

  it('are those that the build is made for, and both READMEs name them', () => {
    const root = fileURLToPath(new URL('../', import.meta.url))
    const { browserslist } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { browserslist: string[] }
    expect(browserslist).toEqual([
      'chrome >= 100',
      'edge >= 100',
      'firefox >= 115',
      'safari >= 15.4',
      'ios_saf >= 15.4',
    ])
    for (const file of ['README.md', 'README.zh-CN.md']) {
      const text = readFileSync(root + file, 'utf8')
      for (const name of ['Chrome', 'Edge', 'Firefox 115', 'Safari 15.4', '100']) expect(text, file).toContain(name)
    }
  })
})
