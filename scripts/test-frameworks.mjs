/**
 * Packs this package, installs it into fresh projects of `test/frameworks-projects/` as their owners would, compiles them by their strictest
 * settings, and chats on each page in Chromium with `simulate` and `serve` of the same tarball. The code that uses the package is that of the
 * guides. A Cloudflare Worker is bundled by wrangler and run in workerd. Needs the package registry and a browser. Names of projects as arguments: only those.
 */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'

const root = fileURLToPath(new URL('..', import.meta.url))
const FIXTURES = join(root, 'test/frameworks-projects')
const WAIT_MS = 30_000

/** The code of an example, or of the guide: below a heading, in a language, the first or another one. */
const example = (path) => readFileSync(join(root, 'examples', path), 'utf8')
function guide(heading, language, index = 0) {
  const text = readFileSync(join(root, 'docs/guides/frameworks.md'), 'utf8')
  const section = text
    .slice(text.indexOf(`\n## ${heading}\n`))
    .slice(1)
    .split('\n## ')[0]
  const samples = [...(section ?? '').matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))]
  const sample = samples[index]?.[1]
  if (sample === undefined) throw new Error(`docs/guides/frameworks.md has no ${language} below "${heading}".`)
  return sample
}

/** `samples`: what the guides say, by where it goes. `start`: a server of its own; else the built files are served. `check`: in place of a chat. */
const PROJECTS = {
  'plain-typescript': {},
  react: { samples: () => ({ 'src/shop.tsx': example('react.tsx') }) },
  preact: { samples: () => ({ 'src/shop.tsx': guide('Preact', 'tsx') }) },
  next: {
    samples: () => ({
      'app/chat.tsx': example('nextjs/chat.tsx'),
      'app/api/coze/[...path]/route.ts': example('nextjs/route.ts'),
    }),
    start: ['npx', 'next', 'start', '--hostname', '127.0.0.1', '--port'],
  },
  vue: { samples: () => ({ 'src/shop.vue': guide('Vue and Nuxt', 'vue') }) },
  svelte: {
    samples: () => ({
      'src/Shop.svelte': guide('Svelte', 'svelte'),
      'src/Inline.svelte': guide('Svelte', 'svelte', 1),
    }),
  },
  worker: {
    samples: () => ({
      'worker.ts': example('cloudflare-worker.ts'),
      'wrangler.jsonc': readFileSync(join(root, 'deploy/wrangler.jsonc'), 'utf8'),
    }),
    check: askWorker,
  },
  angular: { samples: () => ({ 'src/chat.component.ts': guide('Angular', 'ts') }), isInline: true },
}

const workshop = mkdtempSync(join(tmpdir(), 'frameworks-'))
const endings = []

/** @throws Error with everything it printed */
function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, CI: '1', NG_CLI_ANALYTICS: 'false', NEXT_TELEMETRY_DISABLED: '1' },
  })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? ''}\n${stdout}\n${stderr}`)
  return stdout
}

/** Resolves with what a command has printed once that matches. */
function start(command, args, cwd, env, until) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, detached: true })
  endings.push(() => {
    try {
      process.kill(-child.pid)
    } catch {
      // It has ended by itself.
    }
  })
  return new Promise((resolve, reject) => {
    let printed = ''
    const read = (chunk) => {
      printed += String(chunk)
      if (until.test(printed)) resolve(printed)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', () => reject(new Error(`${command} ${args.join(' ')} ended: ${printed}`)))
  })
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** Serves a folder, and passes `/api/coze/` on to the token service as the proxy of a site does. */
function serveFolder(folder, serviceUrl) {
  const server = createServer((asked, answer) => {
    const path = new URL(asked.url ?? '/', 'http://site').pathname
    if (path.startsWith('/api/coze/')) {
      const passed = request(serviceUrl + asked.url, { method: asked.method, headers: asked.headers }, (got) => {
        answer.writeHead(got.statusCode ?? 502, got.headers)
        got.pipe(answer)
      })
      asked.pipe(passed)
      return
    }
    const file = join(folder, path === '/' ? 'index.html' : path)
    if (!existsSync(file)) {
      answer.writeHead(404).end()
      return
    }
    answer
      .writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
      .end(readFileSync(file))
  })
  endings.push(() => server.close())
  return listen(server)
}

async function listen(server) {
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${server.address().port}`
}

async function freePort() {
  const server = createServer()
  const { port } = new URL(await listen(server))
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Says hello, and waits until page and console have the answer: the console gets it by the event that the sample binds. Of Coze the samples name nothing, the service does. */
async function chat(url, isInline) {
  // One of its own: a browser that dies takes no other project along.
  const executablePath = process.env.CHROMIUM_PATH
  const browser = await chromium.launch(executablePath ? { executablePath } : {})
  endings.push(() => browser.close())
  const context = await browser.newContext({ locale: 'en' })
  context.setDefaultTimeout(WAIT_MS)
  const page = await context.newPage()
  const printed = []
  const faults = []
  // Of a file that is missing only the location says which.
  page.on('console', (message) =>
    (message.type() === 'error' ? faults : printed).push(`${message.text()} ${message.location().url}`),
  )
  page.on('pageerror', (error) => faults.push(String(error)))
  const bound = page.waitForEvent('console', { predicate: (message) => /Hello!/.test(message.text()) })
  try {
    await page.goto(url)
    const widget = page.locator('coze-chat')
    if (!isInline) await widget.locator('button[part=launcher]').click()
    const field = widget.getByRole('textbox')
    await field.fill('Hello')
    await field.press('Enter')
    await widget
      .getByRole('log')
      .getByText(/Hello!/)
      .first()
      .waitFor()
    await bound
  } catch (error) {
    bound.catch(() => undefined)
    throw new Error(`${error}\n${[...faults, ...printed].join('\n')}`)
  }
  await browser.close()
  const ours = faults.filter((text) => !/favicon/.test(text))
  if (ours.length > 0) throw new Error(`The console of the page has errors:\n${ours.join('\n')}`)
}

/** Runs what wrangler would upload in workerd, and asks it for a token from a page of another origin. */
async function askWorker(folder, { settings }) {
  const { Miniflare } = await import('miniflare')
  const site = 'https://shop.example'
  const script = {
    type: 'ESModule',
    path: 'worker.mjs',
    contents: readFileSync(join(folder, 'dist/worker.js'), 'utf8'),
  }
  const [, compatibilityDate] =
    /"compatibility_date": "([\d-]+)"/.exec(readFileSync(join(folder, 'wrangler.jsonc'), 'utf8')) ?? []
  const worker = new Miniflare({ modules: [script], compatibilityDate, bindings: { ...settings, CHAT_ORIGINS: site } })
  try {
    const answer = await fetch(new URL('/api/coze/token', await worker.ready), {
      method: 'POST',
      headers: { origin: site, 'content-type': 'application/json', 'x-chat-token': '1' },
      body: '{}',
    })
    const text = await answer.text()
    if (answer.status !== 200 || !/"access_token":"czs_/.test(text)) throw new Error(`${answer.status} ${text}`)
    if (answer.headers.get('access-control-allow-origin') !== site) throw new Error('The page may not read the answer.')
  } finally {
    await worker.dispose()
  }
}

async function test(name, { samples = () => ({}), start: own, isInline = false, check }, scene) {
  const folder = join(workshop, name)
  cpSync(join(FIXTURES, name), folder, { recursive: true })
  for (const [path, text] of Object.entries(samples())) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', scene.tarball], folder)
  run('npm', ['run', 'build'], folder)
  if (check) {
    await check(folder, scene)
    return
  }
  let url
  if (own) {
    const port = await freePort()
    const [command, ...args] = own
    await start(command, [...args, port], folder, scene.settings, /Ready|started server/)
    url = `http://127.0.0.1:${port}`
  } else {
    url = await serveFolder(join(folder, 'dist'), scene.serviceUrl)
  }
  await chat(url, isInline)
}

async function setTheScene() {
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--silent', '--pack-destination', workshop], root))
  const folder = join(workshop, 'service')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const tarball = join(workshop, filename)
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', tarball], folder)
  const command = join(folder, 'node_modules/.bin/coze-chat-widget')
  const simulated = await start(command, ['simulate', '--port', '0'], folder, {}, /<\/script>/)
  const lines = simulated.match(/^[A-Z_]+=.*$/gm) ?? []
  writeFileSync(join(folder, '.env'), lines.join('\n'))
  const served = await start(command, ['serve', '--port', '0', '--host', '127.0.0.1'], folder, {}, /"listening"/)
  const settings = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).replace(/^"|"$/g, '')]),
  )
  return {
    tarball,
    settings,
    serviceUrl: /"url":"([^"]+)"/.exec(served)?.[1],
  }
}

const wanted = process.argv.slice(2)
const names = wanted.length > 0 ? wanted : Object.keys(PROJECTS)
const unknown = names.filter((name) => !(name in PROJECTS) || !readdirSync(FIXTURES).includes(name))
if (unknown.length > 0)
  throw new Error(`No such project: ${unknown.join(', ')}. There are: ${Object.keys(PROJECTS).join(', ')}.`)

let failures = 0
try {
  const scene = await setTheScene()
  for (const name of names) {
    const began = performance.now()
    const outcome = await test(name, PROJECTS[name], scene).then(
      () => 'ok',
      (error) => `FAILED\n${error.message}`,
    )
    if (outcome !== 'ok') failures++
    console.log(`${name.padEnd(18)} ${Math.round((performance.now() - began) / 1000)} s  ${outcome}`)
  }
} finally {
  for (const end of endings.reverse()) await end()
  if (process.env.KEEP_PROJECTS) console.log(workshop)
  else rmSync(workshop, { recursive: true, force: true })
}
process.exit(failures === 0 ? 0 : 1)
