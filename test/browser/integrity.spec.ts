/** What `cdn` prints, on a page: files of a CDN that somebody has changed do not run. */
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const LAUNCHER = 'coze-chat button[part=launcher]'

/** A page with the tag and the import map, and beside it on another origin a CDN that adds a comment to one of its files. */
async function open(page: Page, changed: RegExp) {
  const cdn = createServer(async (request, response) => {
    const name = (request.url ?? '').split('/').at(-1) ?? ''
    const content = await readFile(file(`dist/browser/${name}`), 'utf8').catch(() => '')
    response.writeHead(200, { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' })
    response.end(changed.test(name) ? `${content}\n// changed` : content)
  }).listen(0, '127.0.0.1')
  const base = await addressOf(cdn)
  const command = [file('dist/cli/index.js'), 'cdn', '--import-map', '--base', base]
  const { stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  const site = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    const tag = stdout.replace('data-bot-id="YOUR-AGENT"', 'data-bot-id="7300000000000000001" data-ui="light"')
    response.end(`<!doctype html><html lang="en"><title>Shop</title>${tag}`)
  }).listen(0, '127.0.0.1')
  const refused: string[] = []
  page.on('console', (message) => {
    const [, name] =
      /valid digest in the 'integrity' attribute for resource '.*\/([\w-]+)\.js'/.exec(message.text()) ?? []
    if (name !== undefined) refused.push(name)
  })
  await page.goto(await addressOf(site))
  const close = () => {
    for (const server of [cdn, site]) server.close()
  }
  return { refused, close }
}

async function addressOf(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Only the chat's own file asks for it. */
const TOKEN = 'https://chat.example.com/api/coze/token'

test('files as they were published run: the chat asks for its token', async ({ page }) => {
  await page.route(TOKEN, (route) => route.abort())
  const { refused, close } = await open(page, /^none$/)
  const asked = page.waitForRequest(TOKEN)
  await page.locator(LAUNCHER).click()
  await asked
  expect(refused).toEqual([])
  close()
})

test('a file that embed.js loads later and that was changed does not run', async ({ page }) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  const { refused, close } = await open(page, /^chat-/)
  await page.locator(LAUNCHER).click()
  await expect.poll(() => refused[0]).toMatch(/^chat-/)
  expect(asked).not.toContain(TOKEN)
  close()
})

test('an embed.js that was changed does not run', async ({ page }) => {
  const { refused, close } = await open(page, /^embed\.js$/)
  await expect.poll(() => refused).toEqual(['embed'])
  await expect(page.locator('coze-chat')).toHaveCount(0)
  close()
})
