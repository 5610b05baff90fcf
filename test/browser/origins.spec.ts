/** Pages of many origins: plain http, cross-site frames, and sites that would like somebody else's token. */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTokenService } from '../../src/server/index.ts'
import { toNodeListener } from '../../src/server/node.ts'
import { chatOn } from './demo-fixture.ts'
import { callsTo, expect, TOKEN_PATH, test } from './guest-fixture.ts'
import { guestHtml, serveGuest } from './guest-page.ts'
import { launchRawChromium } from './raw-chromium.ts'

test.use({
  demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } },
  launchOptions: async ({ launchOptions }, use) => {
    await use({
      ...launchOptions,
      args: [...(launchOptions.args ?? []), '--host-resolver-rules=MAP *.test 127.0.0.1'],
    })
  },
})

test('F51: on plain http, without locks and half of Web Crypto, the chat works and a duplicated tab is a stranger', async ({
  page,
  context,
  demo,
  site,
  api,
}) => {
  const url = serveGuest(site, '/plain', guestHtml(api.url)).replace('127.0.0.1', 'shop.test')
  await page.goto(url)
  expect(
    await page.evaluate(() => [isSecureContext, 'randomUUID' in crypto, 'subtle' in crypto, 'locks' in navigator]),
  ).toEqual([false, false, false, false])
  const chat = chatOn(page, demo)
  await chat.launcher.click()
  await chat.ask('My name is Ann')
  const [copy] = await Promise.all([context.waitForEvent('page'), page.evaluate(() => void window.open(location.href))])
  expect(await copy.evaluate(() => sessionStorage.length)).toBeGreaterThan(0)
  const stranger = chatOn(copy, demo)
  await stranger.launcher.click()
  await stranger.ask('What is my name?')
  await expect(stranger.log).not.toContainText('Ann')
  await chat.ask('What is my name?')
  await expect(chat.answers.last()).toContainText('Ann')
})

test('F51: on plain http a signed-in user is refused with the reason, unless the owner allows it', async ({
  page,
  demo,
  site,
  api,
}) => {
  const printed: string[] = []
  page.on('console', (message) => printed.push(message.text()))
  const at = (path: string, tag: Record<string, string>) =>
    serveGuest(site, path, guestHtml(api.url, { tag })).replace('127.0.0.1', 'shop.test')
  const chat = chatOn(page, demo)
  await page.goto(at('/strict', { user: 'required' }))
  await page.evaluate(() =>
    fetch('/shop/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'Ann' }),
    }),
  )
  await chat.launcher.click()
  await expect.poll(() => printed.join('\n')).toContain('insecure_context')
  expect(callsTo(site, TOKEN_PATH)).toEqual([])
  await page.goto(at('/lenient', { user: 'required', 'allow-insecure': 'true' }))
  await chat.launcher.click()
  await chat.ask('Hello')
})

test('F52: in a cross-site frame without cookies a user is signed out and the owner reads the way round', async ({
  page,
  site,
  api,
}) => {
  const printed: string[] = []
  page.on('console', (message) => printed.push(message.text()))
  const member = serveGuest(site, '/member', guestHtml(api.url, { tag: { user: 'required', open: 'true' } }))
  await page.goto(member)
  await page.evaluate(() =>
    fetch('/shop/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'Ann' }),
    }),
  )
  await page.reload()
  await expect
    .poll(() =>
      callsTo(site, TOKEN_PATH)
        .map(({ status }) => status)
        .at(-1),
    )
    .toBe(200)
  const before = callsTo(site, TOKEN_PATH).length
  const frame = `<iframe src="${member}" width="600" height="800"></iframe>`
  const outer = serveGuest(site, '/outer', guestHtml('', { tag: null, body: frame }))
  await page.goto(outer.replace('127.0.0.1', 'localhost'))
  const inside = page.frameLocator('iframe').locator('coze-chat')
  await expect(inside.getByRole('alert')).toBeVisible()
  // The tab that was here before may have been asking still; its calls carry the shop's cookie.
  const fromFrame = callsTo(site, TOKEN_PATH)
    .slice(before)
    .filter(({ headers }) => headers.cookie === undefined)
  expect(fromFrame.map(({ status }) => status)).toEqual([401])
  await expect.poll(() => printed.join('\n')).toMatch(/signed_out: .*userToken/)
})

/** None of them is `http://shop.test`, the one that is listed. */
const FOREIGN = [
  'evil.test',
  'shop.test.evil.test',
  'evil-shop.test',
  'evilshop.test',
  'shop.test:8080',
  'shop.test:443',
  'shop.test.',
  'www.shop.test',
  'a.b.shop.test',
  'shop-test.test',
  'shop.testing',
  'shop.tes',
  'hop.test',
  'sshop.test',
  'shop',
  'test',
  'shop.test.com',
  'shop.example',
  'shop_test',
  'xn--shop-test.test',
  'xn--hop-d0a.test',
  'chat.test:81',
  'chat.test.evil.test',
  'evil-chat.test',
  'localhost',
  'localhost:8787',
  '127.0.0.1:8787',
  '[::1]:8787',
  '0.0.0.0:8787',
] as const

test('T7, T8: of thirty origins only the listed one reads a token, and no other makes us mint', async ({ demo }) => {
  test.setTimeout(120_000)
  const { credentials } = demo.simulator.simulator
  let mints = 0
  const service = createTokenService({
    appId: credentials.appId,
    keyId: credentials.keyId,
    privateKey: credentials.privateKeyPem,
    secret: randomBytes(32),
    apiBase: demo.simulator.url,
    origins: ['http://shop.test'],
    credentials: true,
    limits: { address: false, session: false, issue: false },
    onEvent: (event) => {
      if (event.type === 'exchange') mints++
    },
  })
  const listener = toNodeListener(service)
  const server = createServer((request, response) => {
    if (request.headers.host === 'chat.test') return listener(request, response)
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Somebody’s page</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Every name and every port is this server, so that the browser, and not the network, has to keep them apart.
  const { port } = server.address() as AddressInfo
  const browser = await launchRawChromium([`--host-resolver-rules=MAP * 127.0.0.1:${port}`])
  try {
    const attack = async () => {
      const url = 'http://chat.test/api/coze/token'
      const read = async (init: RequestInit) => {
        try {
          return ((await (await fetch(url, init)).json()) as { access_token?: string }).access_token !== undefined
        } catch {
          return false
        }
      }
      const json = { 'content-type': 'application/json', 'x-chat-token': '1' }
      const body = '{"session_id":"abcdefghijklmnopqrstu"}'
      const outcomes = [
        await read({ method: 'POST', headers: json, body }),
        await read({ method: 'POST', headers: json, body, credentials: 'include' }),
        await read({ method: 'POST', body }),
        await read({ method: 'POST', body, mode: 'no-cors' }),
        await read({}),
      ]
      navigator.sendBeacon(url, body)
      const image = new Image()
      image.src = url
      const form = document.createElement('form')
      const target = document.createElement('iframe')
      target.name = 'sink'
      form.action = url
      form.method = 'POST'
      form.target = 'sink'
      form.enctype = 'text/plain'
      document.body.append(target, form)
      form.submit()
      await new Promise((resolve) => setTimeout(resolve, 100))
      return { origin: self.origin, outcomes }
    }
    const tab = await browser.newTab()
    const seen = new Set<string>()
    for (const host of FOREIGN) {
      await tab.goto(`http://${host}/`)
      const { origin, outcomes } = await tab.evaluate(attack)
      seen.add(origin)
      expect(outcomes, origin).toEqual([false, false, false, false, false])
    }
    await tab.goto('http://evil.test/')
    const opaque = await tab.evaluate(
      (source) =>
        new Promise<{ origin: string; outcomes: boolean[] }>((resolve) => {
          addEventListener('message', ({ data }) => resolve(data), { once: true })
          const frame = document.createElement('iframe')
          frame.sandbox.add('allow-scripts', 'allow-forms')
          frame.srcdoc = `<body><script>(${source})().then((result) => parent.postMessage(result, '*'))</script>`
          document.body.append(frame)
        }),
      String(attack),
    )
    expect(opaque).toEqual({ origin: 'null', outcomes: [false, false, false, false, false] })
    expect(seen.size).toBe(FOREIGN.length)
    expect(mints).toBe(0)

    await tab.goto('http://shop.test/')
    const { origin, outcomes } = await tab.evaluate(attack)
    expect(origin).toBe('http://shop.test')
    expect(outcomes).toEqual([true, true, false, false, false])
    expect(mints).toBeGreaterThan(0)
  } finally {
    await browser.close()
    server.closeAllConnections()
    server.close()
    await service.close()
  }
})
