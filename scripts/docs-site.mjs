/**
 * Builds the documentation as a static website in `site/dist/`, with VitePress: both languages, search, and the playground with a simulated Coze
 * inside the page. The documents stay where they are read on other sites; here they are copied, and their links put right.
 * VitePress is installed in `site/` on the first run, so that nobody else waits for it.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { SIMULATOR_IDS } from '../dist/simulator/index.js'
import { PAGES, toPage } from '../site/pages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const site = join(root, 'site')
const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const sources = typeof repository?.url === 'string' ? repository.url.replace(/^git\+|\.git$/g, '') : undefined

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: site, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

function writePages() {
  const pages = join(site, '.pages')
  rmSync(pages, { recursive: true, force: true })
  for (const page of PAGES) {
    const target = join(pages, page.to)
    mkdirSync(dirname(target), { recursive: true })
    // A brace of a document is no expression of Vue's.
    writeFileSync(target, `::: v-pre\n${toPage(readFileSync(join(root, page.from), 'utf8'), page, sources)}\n:::\n`)
  }
}

const PLAYGROUND = 'playground'
const PLAYGROUNDS = [
  {
    lang: 'en',
    folder: '',
    title: 'Playground',
    words:
      'Coze is simulated inside this page: no account, and nothing leaves your browser. Files cannot be sent here.',
  },
  {
    lang: 'zh-CN',
    folder: 'zh/',
    title: '在线调试',
    words: '扣子在本页内模拟：不需要账号，任何内容都不会离开您的浏览器。此处不能发送文件。',
  },
]

/** The demo's own page, with the built widget and a simulated Coze beside it. */
async function writePlayground() {
  const target = join(site, '.pages/public/playground')
  cpSync(join(root, 'dist/browser'), join(target, 'widget'), { recursive: true })
  for (const file of ['demo.css', 'playground.js', 'playground-examples.js', 'playground-options.js']) {
    cpSync(join(root, 'demo', file), join(target, file))
  }
  await build({
    configFile: false,
    root: site,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: target,
      emptyOutDir: false,
      lib: {
        entry: 'simulated-coze.js',
        formats: ['iife'],
        name: 'simulatedCoze',
        fileName: () => 'simulated-coze.js',
      },
    },
  })
  const template = readFileSync(join(root, 'demo/playground.html'), 'utf8')
  for (const { lang, folder, title, words } of PLAYGROUNDS) {
    const page = template
      .replace('{{navigation}}', '')
      .replace(
        '<script async src="/dist/embed.js"',
        '<script src="simulated-coze.js"></script>\n<script async src="widget/embed.js"',
      )
      .replace('<script type="module" src="/demo/watch.js"></script>\n', '')
      .replaceAll('"/demo/', '"')
      .replace('/api/coze/token', 'https://coze.simulated/token')
      .replaceAll('{{apiBase}}', 'https://coze.simulated')
      .replaceAll('{{sdkKind}}', 'replica')
      .replaceAll('{{botId}}', SIMULATOR_IDS.botId)
      .replaceAll('{{lang}}', lang)
      .replace(/\[\[([^|\]]*)\|([^\]]*)\]\]/g, lang === 'en' ? '$1' : '$2')
    writeFileSync(join(target, `${lang}.html`), page)
    writeFileSync(
      join(site, '.pages', folder, `${PLAYGROUND}.md`),
      `---\naside: false\n---\n<script setup>\nimport { withBase } from 'vitepress'\n</script>\n\n# ${title}\n\n${words}\n\n<iframe :src="withBase('/playground/${lang}.html')" title="${title}" style="width: 100%; height: 70vh; min-height: 480px; border: 1px solid var(--vp-c-divider); border-radius: 8px"></iframe>\n`,
    )
  }
}

if (!existsSync(join(site, 'node_modules/vitepress'))) {
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
}
writePages()
await writePlayground()
run(process.execPath, [join(site, 'node_modules/vitepress/bin/vitepress.js'), 'build', '.'])
console.log(`The site is in ${join('site', 'dist')}`)
