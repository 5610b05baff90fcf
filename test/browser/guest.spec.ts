/** A guest in pages that are hostile, odd, or full of other people's code. */
import type { Page } from '@playwright/test'
import { type ChatPage, chatOn } from './demo-fixture.ts'
import { expect, TOKEN_PATH, test, watchTrouble } from './guest-fixture.ts'
import { BOT_ID, SECOND_BOT_ID, scriptTag } from './guest-page.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

const launchersDrawn = (page: Page) =>
  page.evaluate(
    () =>
      [...document.querySelectorAll('coze-chat')].filter((element) =>
        element.shadowRoot?.querySelector('button[part=launcher]'),
      ).length,
  )

type Way = 'script' | 'npm' | 'element'
const WAYS: readonly Way[] = ['script', 'npm', 'element']

/** Brings a chat into the page in one of the three ways. */
async function bring(page: Page, way: Way, apiBase: string): Promise<void> {
  const options = { botId: BOT_ID, tokenUrl: TOKEN_PATH, apiBase, ui: 'light' as const }
  await page.evaluate(
    async ([kind, given]) => {
      if (kind === 'script') {
        const script = document.createElement('script')
        script.src = '/dist/embed.js'
        Object.assign(script.dataset, given)
        const loaded = new Promise((resolve) => {
          script.onload = resolve
        })
        document.body.append(script)
        await loaded
        return
      }
      const address = '/dist/index.js'
      const entry = (await import(address)) as typeof import('../../src/index.ts')
      if (kind === 'npm') entry.createChatWidget(given)
      else {
        entry.defineElement()
        const element = document.createElement('coze-chat') as import('../../src/index.ts').CozeChatElement
        element.options = given
        document.body.append(element)
      }
    },
    [way, options] as const,
  )
}

for (const first of WAYS) {
  for (const second of WAYS) {
    test(`F14: ${first} and then ${second} are one chat and one warning`, async ({ page, api, visitGuest }) => {
      const warnings: string[] = []
      page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()))
      const trouble = watchTrouble(page)
      await visitGuest({ tag: null })
      await bring(page, first, api.url)
      await bring(page, second, api.url)
      expect(await launchersDrawn(page)).toBe(1)
      expect(warnings).toEqual([expect.stringContaining('[coze-chat-widget]')])
      expect(trouble).toEqual([])
    })
  }
}

async function talkAndBeRemembered({ launcher, ask, answers }: ChatPage): Promise<void> {
  await launcher.click()
  await ask('My name is Ann')
  await ask('/markdown')
  await ask('What is my name?')
  await expect(answers.last()).toContainText('Ann')
}

test('a property set before the script has come is not lost: frameworks do that', async ({ page, api, visitGuest }) => {
  const chat = await visitGuest({ tag: null })
  await page.evaluate(
    (options) => {
      const element = document.createElement('coze-chat')
      Object.assign(element, { options })
      document.body.append(element)
      const script = document.createElement('script')
      script.src = '/dist/embed.js'
      document.body.append(script)
    },
    { botId: BOT_ID, tokenUrl: TOKEN_PATH, apiBase: api.url, ui: 'light', suggestions: ['From a property'] },
  )
  await chat.launcher.click()
  await expect(chat.widget.getByText('From a property')).toBeVisible()
})

test('two agents on one page are two chats that know nothing of each other', async ({ page, api, visitGuest }) => {
  await visitGuest({
    tag: { position: 'bottom-left' },
    body: scriptTag({ 'bot-id': SECOND_BOT_ID, 'token-url': TOKEN_PATH, 'api-base': api.url, ui: 'light' }),
  })
  await expect.poll(() => launchersDrawn(page)).toBe(2)
  const said = await page.evaluate(async () => {
    const texts: string[] = []
    const chats = [...document.querySelectorAll('coze-chat')].map(
      (element) => (element as import('../../src/index.ts').CozeChatElement).chat,
    )
    for (const [index, chat] of chats.entries()) {
      chat.open()
      await chat.send(`echo word-${index}`)
    }
    for (const element of document.querySelectorAll('coze-chat')) {
      texts.push(element.shadowRoot?.querySelector('[role=log]')?.textContent ?? '')
    }
    return texts
  })
  expect(said).toEqual([expect.stringContaining('word-0'), expect.stringContaining('word-1')])
  expect(said[0]).not.toContain('word-1')
  expect(said[1]).not.toContain('word-0')
})

test('routes of a single-page site come and go: the chat stays, history and scroll are the page’s own', async ({
  page,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  const chat = await visitGuest({ body: '<main style="height:4000px"></main>' })
  await chat.launcher.click()
  await chat.ask('My name is Ann')
  await page.evaluate(() => scrollTo(0, 1_500))
  const before = await page.evaluate(() => history.length)
  for (const route of ['one', 'two', 'three']) {
    await page.evaluate((name) => {
      history.pushState({ name }, '', `/${name}`)
      document.querySelector('main')?.replaceChildren(name)
    }, route)
  }
  await page.evaluate(() => history.back())
  await expect.poll(() => page.evaluate(() => (history.state as { name: string }).name)).toBe('two')
  await chat.ask('What is my name?')
  await expect(chat.answers.last()).toContainText('Ann')
  expect(await page.evaluate(() => [history.length, scrollY])).toEqual([before + 3, 1_500])
  expect(trouble).toEqual([])
})

for (const [name, head, body] of [
  [
    'every element unset and hidden',
    '<style>:not(html) { all: unset !important; display: none !important; visibility: hidden !important }</style>',
    '',
  ],
  [
    'opacity and pointer events taken away',
    '<style>:not(html) { opacity: 0 !important; pointer-events: none !important; font-size: 40px !important; transform: scale(.1) !important }</style>',
    '',
  ],
  [
    'body and html transformed, clipped and filtered',
    '<style>body { transform: rotate(3deg); overflow: hidden; height: 100vh; filter: blur(1px); contain: strict }</style>',
    '',
  ],
  [
    'a z-index war',
    '<style>.cover { position: fixed; inset: 0; z-index: 2147482999; background: red }</style>',
    '<div class="cover">Mine!</div>',
  ],
  [
    'right to left, huge fonts',
    '<style>html { direction: rtl; font-size: 60px; line-height: 3; letter-spacing: 1em; text-transform: uppercase } button, textarea, div { float: left !important; width: 7px !important }</style>',
    '',
  ],
] as const) {
  test(`hostile style: ${name}: the chat is seen, clicked and read`, async ({ page, visitGuest }) => {
    const chat = await visitGuest({ head, body })
    // A real click: whatever lies above the launcher, or shrinks it, makes this fail.
    await chat.launcher.click()
    const panel = await chat.widget.locator('.frame').boundingBox()
    expect(panel?.width).toBeGreaterThan(350)
    expect(panel?.height).toBeGreaterThan(500)
    await chat.ask('Hello')
    await expect(chat.answers.last()).toBeVisible()
    const look = await chat.answers.last().evaluate((element) => {
      const { fontSize, textTransform, direction, opacity } = getComputedStyle(element)
      return { fontSize: Number.parseFloat(fontSize), textTransform, direction, opacity }
    })
    expect(look.fontSize).toBeLessThan(20)
    expect(look).toMatchObject({ textTransform: 'none', direction: 'ltr', opacity: '1' })
    expect(await page.evaluate(() => document.querySelector('h1')?.textContent)).toBe('A page of its own')
  })
}

test('F54: patched built-ins, polluted prototypes and a zone around fetch harm neither us nor the page', async ({
  page,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()))
  await page.addInitScript(() => {
    const add = (target: object, values: Record<string, unknown>) => Object.assign(target, values)
    add(Array.prototype, { last: () => 'x', remove: () => 'x', toJSON: undefined, each() {} })
    add(Object.prototype, { extra: 'from a library', each() {}, title: 'not ours', token: 'pat_not_ours', tools: {} })
    add(Object.prototype, { icon: 'https://evil.example/icon.png', background: 'https://evil.example/behind.png' })
    add(String.prototype, { format: () => 'x', capitalize: () => 'x' })
    add(Function.prototype, { inherits() {} })
    add(Element.prototype, { show() {}, hide() {} })
    const { fetch: plain, setTimeout: timer, Promise: Native } = window
    class ZonePromise<T> extends Native<T> {}
    window.fetch = (...args) => new ZonePromise((resolve, reject) => plain(...args).then(resolve, reject))
    window.setTimeout = ((work: () => void, ms?: number, ...rest: unknown[]) =>
      timer(() => work(), ms, ...rest)) as typeof setTimeout
    window.Promise = ZonePromise as unknown as PromiseConstructor
    const listen = EventTarget.prototype.addEventListener
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      return listen.call(this, type, listener, options)
    }
  })
  const foreign: string[] = []
  page.on('request', (request) => request.url().includes('evil.example') && foreign.push(request.url()))
  const chat = await visitGuest()
  expect(await page.evaluate(() => 'extra' in {} && 'each' in [])).toBe(true)
  await talkAndBeRemembered(chat)
  expect([...trouble, ...foreign]).toEqual([])
})

test('T44: a base of the page for another host gets neither questions nor tokens', async ({ page, visitGuest }) => {
  const foreign: string[] = []
  page.on('request', (request) => request.url().includes('evil.example') && foreign.push(request.url()))
  const chat = await visitGuest()
  await page.evaluate(() => document.head.insertAdjacentHTML('beforeend', '<base href="https://evil.example/">'))
  await talkAndBeRemembered(chat)
  expect(foreign).toEqual([])
})

test('F54: variables of the page by names of the browser’s, and Prototype.js, harm neither us nor the page', async ({
  page,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  const head = `<script>
    var performance = 'fast', screen = 'home', origin = 'London', status = 1, name = 'Ann', event = 'party', parent = 'Eve'
    var external = true, scheduler = [], visualViewport = null, clientInformation = null, devicePixelRatio = 'high'
    var URL = '/api', Text = 'words', Option = 'a', Image = 'b.png', Node = 'c'
    Array.prototype.toJSON = function () { return '[' + this.join(', ') + ']' }
    Array.prototype.reduce = function () { return this.length > 1 ? this : this[0] }
  </script>`
  const chat = await visitGuest({ head })
  expect(await page.evaluate(() => [typeof performance, JSON.stringify([1])])).toEqual(['string', '"[1]"'])
  await talkAndBeRemembered(chat)
  expect(trouble).toEqual([])
})

for (const [what, define] of [
  ['does nothing', 'function () {}'],
  ['throws', 'function () { throw new TypeError("not on this page") }'],
] as const) {
  test(`F54: on a page whose customElements.define ${what} the chat works, and the owner reads why it follows no attributes`, async ({
    page,
    visitGuest,
  }) => {
    const said: string[] = []
    page.on('console', (message) => message.type() === 'error' && said.push(message.text()))
    const chat = await visitGuest({ head: `<script>CustomElementRegistry.prototype.define = ${define}</script>` })
    await talkAndBeRemembered(chat)
    expect(said.join()).toContain('misconfigured: customElements.define')
  })
}

test('F54: options of listeners that somebody has put on Object.prototype do not keep the launcher from opening again', async ({
  page,
  visitGuest,
}) => {
  const chat = await visitGuest({
    head: '<script>Object.assign(Object.prototype, { once: true, passive: true })</script>',
  })
  for (let round = 0; round < 2; round++) {
    await chat.launcher.click()
    await expect(chat.widget.locator('textarea')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(chat.widget.locator('textarea')).toBeHidden()
  }
})

test('F16: in a sandboxed frame without storage, locks or an origin the chat works in memory', async ({
  page,
  demo,
  site,
  visitGuest,
}) => {
  site.rules.always(/^(OPTIONS|POST) \/frame-token/, {
    answer: {
      status: 200,
      headers: { 'content-type': 'application/json', 'access-control-allow-headers': 'content-type, x-chat-token' },
      body: JSON.stringify({ access_token: demo.simulator.simulator.issueToken('framed'), expires_in: 900 }),
    },
  })
  await visitGuest({ tag: { 'token-url': '/frame-token', open: 'true' } })
  const address = page.url()
  const outer = await visitGuest({
    tag: null,
    body: `<iframe sandbox="allow-scripts" src="${new URL(address).pathname}" width="600" height="800"></iframe>`,
  })
  const frame = page.frames()[1]
  expect(await frame?.evaluate(() => self.origin)).toBe('null')
  expect(
    await frame?.evaluate(() => {
      try {
        return typeof sessionStorage
      } catch (error) {
        return (error as Error).name
      }
    }),
  ).toBe('SecurityError')
  expect(
    await frame?.evaluate(() => navigator.locks.request('x', () => 'granted').catch((error: Error) => error.name)),
  ).toBe('SecurityError')
  expect(await outer.widget.count()).toBe(0)
  const inside = page.frameLocator('iframe')
  const composer = inside.locator('coze-chat').getByRole('textbox')
  await composer.fill('echo framed')
  await composer.press('Enter')
  await expect(inside.locator('coze-chat').locator('[part=assistant-message]')).toContainText('framed')
})

test('100 times mounted, opened and destroyed: no node, no listener and at most 1 MB is left', async ({
  page,
  visitGuest,
  api,
}) => {
  test.setTimeout(180_000)
  await visitGuest({ tag: null })
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('HeapProfiler.enable')
  const round = async (rounds: number) =>
    page.evaluate(
      async ([count, options]) => {
        const address = '/dist/index.js'
        const { createChatWidget } = (await import(address)) as typeof import('../../src/index.ts')
        for (let i = 0; i < count; i++) {
          const chat = createChatWidget(options)
          chat.open()
          const root = document.querySelector('coze-chat')?.shadowRoot
          while (!root?.querySelector('textarea')) await new Promise((resolve) => setTimeout(resolve, 5))
          chat.destroy()
        }
      },
      [rounds, { botId: BOT_ID, tokenUrl: TOKEN_PATH, apiBase: api.url, ui: 'light' as const }] as const,
    )
  const measure = async () => {
    for (let i = 0; i < 3; i++) await cdp.send('HeapProfiler.collectGarbage')
    const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters')
    const { usedSize } = await cdp.send('Runtime.getHeapUsage')
    return { nodes, jsEventListeners, usedSize }
  }
  /** What the last rounds still hold of their own goes with the requests that they have aborted. */
  const settled = async () => {
    let last = await measure()
    await expect
      .poll(async () => {
        const [before, now] = [last, await measure()]
        last = now
        return [now.nodes - before.nodes, now.jsEventListeners - before.jsEventListeners]
      })
      .toEqual([0, 0])
    return last
  }
  // After some rounds V8 keeps the shape of the handle's object literal, and by its getter one element for good.
  await round(20)
  const before = await settled()
  await round(100)
  await expect(async () => {
    const after = await measure()
    expect(after.nodes - before.nodes).toBeLessThanOrEqual(0)
    expect(after.jsEventListeners - before.jsEventListeners).toBeLessThanOrEqual(0)
    expect(after.usedSize - before.usedSize).toBeLessThan(1024 * 1024)
  }).toPass({ timeout: 10_000 })
})

for (const path of ['/', '/official'] as const) {
  test(`T9, F38: a token is in no console, DOM, storage, address, Referer or message on ${path}`, async ({
    page,
    demo,
  }) => {
    const places: Record<string, string[]> = { console: [], addresses: [], referers: [], bodies: [], thrown: [] }
    let carried = 0
    page.on('console', async (message) => {
      places['console']?.push(message.text())
      for (const argument of message.args()) {
        places['console']?.push(JSON.stringify(await argument.jsonValue().catch(() => '')) ?? '')
      }
    })
    page.on('pageerror', (error) => places['thrown']?.push(`${error.message}${error.stack}`))
    page.on('request', (request) => {
      const { authorization = '', referer = '' } = request.headers()
      if (authorization.includes('czs_')) carried++
      places['addresses']?.push(request.url())
      places['referers']?.push(referer)
      places['bodies']?.push(request.postData() ?? '')
    })
    await page.addInitScript(() => {
      const heard: string[] = []
      Object.assign(window, { heard })
      addEventListener('message', ({ data }) => heard.push(JSON.stringify(data) ?? ''))
      for (const type of ['session', 'token', 'message', 'error', 'ready', 'open']) {
        addEventListener(`coze-chat:${type}`, (event) => heard.push(JSON.stringify((event as CustomEvent).detail)))
      }
    })
    await page.goto(demo.url + path)
    const chat = chatOn(page, demo)
    await chat.launcher.click()
    await chat.composer.waitFor()
    for (const question of ['Hello', '/expire', 'Hello again', '/error 4013']) {
      await chat.composer.fill(question)
      await chat.composer.press('Enter')
      // Long enough for an answer, a refusal or a renewal; the replica of the SDK shows no end that could be waited for.
      await page.waitForTimeout(1_200)
    }
    const inPage = await page.evaluate(async () => {
      const texts = [
        JSON.stringify({ ...localStorage }),
        JSON.stringify({ ...sessionStorage }),
        document.cookie,
        window.name,
      ]
      texts.push(
        location.href,
        JSON.stringify(history.state) ?? '',
        ...(window as unknown as { heard: string[] }).heard,
      )
      const visit = (node: Node) => {
        if (node instanceof Element) {
          texts.push(...[...node.attributes].map(({ value }) => value))
          if (node.shadowRoot) visit(node.shadowRoot)
        }
        if (node instanceof CharacterData) texts.push(node.data)
        for (const child of node.childNodes) visit(child)
      }
      visit(document)
      for (const { name: database = '' } of await indexedDB.databases()) texts.push(database)
      texts.push(JSON.stringify(window.cozeChat?.state))
      return texts
    })
    expect(carried).toBeGreaterThan(2)
    for (const [place, texts] of Object.entries({ ...places, inPage })) {
      expect(
        texts.filter((text) => text.includes('czs_')),
        place,
      ).toEqual([])
    }
  })
}
