/** What an owner does first: two commands without an account, and one tag on a page of another origin. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'

const CLI = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url))
const ending: (() => unknown)[] = []
test.afterEach(() => {
  for (const end of ending.splice(0)) end()
})

/** Starts a command and resolves with what it has printed once that matches. */
function start(args: string[], cwd: string, env: Record<string, string>, until: RegExp): Promise<string> {
  const child: ChildProcess = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
  })
  ending.push(() => child.kill())
  return new Promise((resolve, reject) => {
    let printed = ''
    const read = (chunk: Buffer) => {
      printed += String(chunk)
      if (until.test(printed)) resolve(printed)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', () => reject(new Error(`${args[0]} ended: ${printed}`)))
  })
}

async function servePage(html: () => string): Promise<string> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html()))
  server.listen(0, '127.0.0.1')
  ending.push(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('simulate, serve with what it printed, and the one tag on another origin: a chat', async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'first-chat-'))
  const simulated = await start(['simulate', '--port', '0'], folder, {}, /<\/script>/)
  await writeFile(join(folder, '.env'), (simulated.match(/^[A-Z_]+=.*$/gm) ?? []).join('\n'))
  let tag = ''
  const site = await servePage(() => `<!doctype html><title>Shop</title><body>${tag}`)
  const served = await start(['serve', '--port', '0'], folder, { CHAT_ORIGINS: site, HOST: '127.0.0.1' }, /"listening"/)
  const service = /"url":"([^"]+)"/.exec(served)?.[1]
  tag = `<script async src="${service}/embed.js"></script>`

  const failed: string[] = []
  page.on('response', (response) => response.status() >= 400 && failed.push(`${response.status()} ${response.url()}`))
  await page.goto(site)
  await page.locator('coze-chat button[part=launcher]').click()
  const composer = page.locator('coze-chat').getByRole('textbox')
  await composer.fill('Hello')
  await composer.press('Enter')
  await expect(page.locator('coze-chat').getByRole('log')).toContainText(/Hello!|你好/)
  expect(failed.filter((line) => !line.endsWith('/favicon.ico'))).toEqual([])

  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .flatMap((entry) =>
        entry instanceof PerformanceResourceTiming && entry.initiatorType !== 'fetch' && /\.js$/.test(entry.name)
          ? [{ name: entry.name, sent: entry.encodedBodySize, size: entry.decodedBodySize }]
          : [],
      ),
  )
  expect(scripts.length).toBeGreaterThan(1)
  for (const { name, sent, size } of scripts) expect(sent, `${name} comes compressed`).toBeLessThan(size / 2)
})

/** The hosts that a page has opened a connection to ahead, or asked for anything but pictures, such as the agent's icon. */
async function watchHosts(page: Page): Promise<() => Promise<string[]>> {
  const asked = new Set<string>()
  page.on('request', (request) => request.resourceType() !== 'image' && asked.add(new URL(request.url()).host))
  await page.addInitScript(() => {
    const connected: string[] = []
    Object.assign(window, { connected })
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (node instanceof HTMLLinkElement && node.rel === 'preconnect') connected.push(new URL(node.href).host)
      }
    }).observe(document, { childList: true, subtree: true })
  })
  return async () => {
    const connected = await page.evaluate(() => (window as unknown as { connected: string[] }).connected)
    return [...new Set([...asked, ...connected])].sort()
  }
}

for (const [ui, gateway, what] of [
  ['light', false, 'with the Coze of its service'],
  ['light', true, 'through the gateway, and Coze hears nothing of its browser'],
  ['official', true, 'through the gateway by the light chat, for Coze’s own knows no gateway, and its owner is told'],
] as const) {
  test(`a page of the npm package that names its token endpoint alone chats ${what}`, async ({ page }) => {
    const folder = await mkdtemp(join(tmpdir(), 'token-url-'))
    const simulated = await start(['simulate', '--port', '0'], folder, {}, /<\/script>/)
    await writeFile(join(folder, '.env'), (simulated.match(/^[A-Z_]+=.*$/gm) ?? []).join('\n'))
    const coze = /^COZE_API_BASE=(.*)$/m.exec(simulated)?.[1] ?? ''
    let script = ''
    const site = await servePage(
      () =>
        `<!doctype html><title>Shop</title><link rel="icon" href="data:,"><body><script type="module">${script}</script>`,
    )
    const flags = gateway ? ['--gateway'] : []
    const env = { CHAT_ORIGINS: site, HOST: '127.0.0.1' }
    const served = await start(['serve', '--port', '0', ...flags], folder, env, /"listening"/)
    const service = /"url":"([^"]+)"/.exec(served)?.[1] ?? ''
    script = `import { createChatWidget } from '${service}/index.js'
createChatWidget({ botId: '7300000000000000001', tokenUrl: '${service}/api/coze/token'${ui === 'light' ? ", ui: 'light'" : ''} })`
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    const hosts = await watchHosts(page)
    await page.goto(site)
    const chat = page.locator('coze-chat')
    await chat.locator('button[part=launcher]').click()
    await chat.getByRole('textbox').fill('Hello')
    await chat.getByRole('textbox').press('Enter')
    await expect(chat.getByRole('log')).toContainText(/Hello!|你好/)
    expect(complaints).toEqual(ui === 'light' ? [] : [expect.stringContaining('set ui to "light"')])
    const expected = gateway ? [site, service] : [site, service, coze]
    expect(await hosts()).toEqual(expected.map((url) => new URL(url).host).sort())
  })
}

test('the page of the service itself shows the chat and the tag to paste', async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'preview-'))
  await start(['init', '--simulate', '--yes'], folder, {}, /embed\.js/)
  const served = await start(['serve', '--port', '0', '--gateway'], folder, { HOST: '127.0.0.1' }, /"listening"/)
  const service = /"url":"([^"]+)"/.exec(served)?.[1] ?? ''
  await page.goto(service)
  await expect(page.locator('#tag')).toHaveText(`<script async src="${service}/embed.js"></script>`)
  await expect(page.locator('coze-chat button[part=launcher]')).toBeVisible()
})

const GUIDE = fileURLToPath(new URL('../../docs/guides/html-and-wordpress.md', import.meta.url))

test('each page of the guide on plain HTML chats as it is written', async ({ page }) => {
  const samples = [...(await readFile(GUIDE, 'utf8')).matchAll(/^```html\n([\s\S]*?)^```$/gm)].map(
    ([, html = '']) => html,
  )
  expect(samples).toHaveLength(4)
  const folder = await mkdtemp(join(tmpdir(), 'plain-html-'))
  const simulated = await start(['simulate', '--port', '0'], folder, {}, /<\/script>/)
  await writeFile(join(folder, '.env'), (simulated.match(/^[A-Z_]+=.*$/gm) ?? []).join('\n'))
  const coze = /^COZE_API_BASE=(.*)$/m.exec(simulated)?.[1]
  let html = ''
  const site = await servePage(() => `<!doctype html><title>Shop</title><body>${html}`)
  const served = await start(['serve', '--port', '0'], folder, { CHAT_ORIGINS: site, HOST: '127.0.0.1' }, /"listening"/)
  const service = /"url":"([^"]+)"/.exec(served)?.[1] ?? ''
  const complaints: string[] = []
  page.on('console', (message) => message.text().includes('[coze-chat-widget]') && complaints.push(message.text()))
  for (const sample of samples) {
    html = sample
      .replaceAll('https://chat.example.com', service)
      // From a CDN the tag alone decides, and so it would talk to the real Coze.
      .replace(
        /https:\/\/cdn\.jsdelivr\.net\/.*\/embed\.js"/,
        `${service}/embed.js" data-ui="light" data-api-base="${coze}"`,
      )
    await page.goto(site)
    const chat = page.locator('coze-chat')
    const ownButton = page.locator('body > button')
    if (await ownButton.isVisible()) await ownButton.click()
    else if (!sample.includes('data-inline')) await chat.locator('button[part=launcher]').click()
    await chat.getByRole('textbox').fill('Hello')
    await chat.getByRole('textbox').press('Enter')
    await expect(chat.getByRole('log')).toContainText(/Hello!|你好/)
  }
  expect(complaints).toEqual([])
})
