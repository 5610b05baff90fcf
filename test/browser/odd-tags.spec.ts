/** The script tag as pages really have it: beside foreign scripts of its name, as a module, inlined, renamed, and among names that are taken. */
import { chatOn } from './demo-fixture.ts'
import { expect, test, watchTrouble } from './guest-fixture.ts'
import { BOT_ID, serveGuest } from './guest-page.ts'

const ATTRIBUTES = `data-bot-id="${BOT_ID}" data-token-url="/api/coze/token" data-ui="light" data-preload="false"`

const html = (body: string, head = '') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Guest</title><link rel="icon" href="data:,">${head}</head><body><h1>A page of its own</h1>${body}</body></html>`

test('T42: as a module after another vendor’s embed.js, our own files are run and not theirs', async ({
  page,
  site,
  demo,
}) => {
  const trouble = watchTrouble(page)
  const theirs: string[] = []
  await page.route('**/vendor/**', (route) => {
    theirs.push(new URL(route.request().url()).pathname)
    return route.fulfill({ contentType: 'text/javascript', body: 'window.vendorRan = (window.vendorRan ?? 0) + 1' })
  })
  const body = `<script src="/vendor/embed.js" data-bot-id="theirs"></script><script type="module" src="/dist/embed.js" ${ATTRIBUTES} data-api-base="${demo.simulator.url}"></script>`
  await page.goto(serveGuest(site, '/vendor-page', html(body)))
  await page.locator('coze-chat .launcher').click()
  await page.locator('coze-chat').locator('[part=send-button]').waitFor()
  expect(theirs).toEqual(['/vendor/embed.js'])
  expect(await page.evaluate(() => (window as unknown as { vendorRan: number }).vendorRan)).toBe(1)
  expect(trouble).toEqual([])
})

test('T42: elements and frames of the page that bear the names of our globals are not taken for ours', async ({
  page,
  site,
  demo,
}) => {
  const trouble = watchTrouble(page)
  const taken = `<div id="cozeChat"></div><iframe name="cozeChatOptions" srcdoc="x"></iframe><form id="cozeChatQueue"></form><img name="currentScript" alt="">`
  const body = `${taken}<script src="/dist/embed.js" ${ATTRIBUTES} data-api-base="${demo.simulator.url}"></script>`
  await page.goto(serveGuest(site, '/taken-names', html(body)))
  await page.locator('coze-chat .launcher').waitFor()
  const seen = await page.evaluate(() => {
    let called = 0
    window.cozeChatQueue?.push(() => {
      called++
    })
    return { called, status: window.cozeChat?.state.status }
  })
  expect(seen).toEqual({ called: 1, status: 'idle' })
  await page.evaluate(() => window.cozeChat?.destroy())
  expect(await page.evaluate(() => (window.cozeChat as unknown as Element).localName)).toBe('div')
  expect(trouble).toEqual([])
})

test('T42: on a page whose frame is called head the chat is fetched ahead, asks and answers', async ({
  page,
  site,
  demo,
}) => {
  const trouble = watchTrouble(page)
  // As pages with frames have it. A frame of that name is what `document.head` says from then on.
  const body = `<iframe name="head" srcdoc="x"></iframe><script src="/dist/embed.js" ${ATTRIBUTES.replace('data-preload="false"', '')} data-api-base="${demo.simulator.url}"></script>`
  await page.goto(serveGuest(site, '/frame-named-head', html(body)))
  expect(await page.evaluate(() => document.head instanceof HTMLElement)).toBe(false)
  const chat = chatOn(page, demo)
  await chat.launcher.click()
  await chat.ask('Hello')
  await expect(chat.answers.last()).toBeVisible()
  expect(trouble).toEqual([])
})

for (const [how, tag] of [
  ['renamed', (code: string) => [`<script src="/js/shop-help.js" ${ATTRIBUTES}></script>`, code] as const],
  [
    'renamed as a module',
    (code: string) => [`<script type="module" src="/js/shop-help.js" ${ATTRIBUTES}></script>`, code] as const,
  ],
  ['inlined', (code: string) => [`<script ${ATTRIBUTES}>${code}</script>`, ''] as const],
  ['inlined as a module', (code: string) => [`<script type="module" ${ATTRIBUTES}>${code}</script>`, ''] as const],
  [
    'concatenated',
    (code: string) => [`<script src="/js/shop-help.js" ${ATTRIBUTES}></script>`, `window.shop = 1;\n${code}`] as const,
  ],
] as const) {
  test(`F106: ${how}, the owner reads what is wrong and the cure, and the visitor can leave`, async ({
    page,
    site,
    demo,
  }) => {
    const errors: string[] = []
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    const code = (await (await page.request.get(`${demo.url}/dist/embed.js`)).text()).replaceAll('</', '<\\/')
    const [body, file] = tag(code)
    await page.route('**/js/shop-help.js', (route) => route.fulfill({ contentType: 'text/javascript', body: file }))
    await page.goto(serveGuest(site, `/${how.replaceAll(' ', '-')}`, html(body)))
    await page.locator('coze-chat .launcher').click()
    await expect.poll(() => errors.filter((text) => text.startsWith('[coze-chat-widget]'))).not.toEqual([])
    const told = errors.filter((text) => text.startsWith('[coze-chat-widget]'))
    expect(told[0]).toMatch(
      /network: .*load that by its src, serve all of dist\/browser, .*Access-Control-Allow-Origin/,
    )
    expect(new Set(told).size).toBe(1)
    await expect(page.locator('coze-chat').getByRole('alert').getByRole('button')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.locator('coze-chat .launcher')).toHaveAttribute('aria-expanded', 'false')
  })
}

test('F106: in a bundle that has lost the attributes, the owner is told to give them', async ({ page, site, demo }) => {
  const warnings: string[] = []
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()))
  const code = await (await page.request.get(`${demo.url}/dist/embed.js`)).text()
  await page.route('**/js/all.js', (route) => route.fulfill({ contentType: 'text/javascript', body: code }))
  await page.goto(serveGuest(site, '/lost', html('<script src="/js/all.js"></script>')))
  await expect.poll(() => warnings).toEqual([expect.stringMatching(/No agent: set data-bot-id and data-token-url/)])
})

test('F102: nothing of ours is on the page until it has loaded, so that whoever hydrates the document finds its own nodes', async ({
  page,
  site,
  demo,
}) => {
  const seen = `<script>
    window.seen = []
    const look = (when) => seen.push(when + ': ' + [...document.documentElement.children].map((each) => each.localName) + ' ' + document.querySelectorAll('coze-chat').length)
    document.addEventListener('DOMContentLoaded', () => { look('ready'); queueMicrotask(() => look('hydrates')) })
    addEventListener('load', () => look('loaded'))
  </script>`
  const tag = `<script src="/dist/embed.js" ${ATTRIBUTES} data-api-base="${demo.simulator.url}"></script>`
  await page.goto(serveGuest(site, '/hydrated', html('', seen + tag)))
  await page.locator('coze-chat .launcher').waitFor()
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([
    'ready: head,body 0',
    'hydrates: head,body 0',
    'loaded: head,body 0',
  ])
})

test('F102: whoever opens the chat before the page has loaded has it at once; so has a page that never ends to load', async ({
  page,
  site,
  demo,
}) => {
  await page.route('**/never.png', () => {})
  const tag = `<img src="/never.png" alt=""><script src="/dist/embed.js" ${ATTRIBUTES} data-api-base="${demo.simulator.url}"></script>`
  await page.goto(serveGuest(site, '/never-loaded', html(tag)), { waitUntil: 'domcontentloaded' })
  await expect(page.locator('coze-chat')).toHaveCount(0)
  await page.evaluate(() => window.cozeChat?.open())
  await expect(page.locator('coze-chat').getByRole('textbox')).toBeVisible()
  await page.goto(serveGuest(site, '/never-loaded-2', html(tag)), { waitUntil: 'domcontentloaded' })
  await expect(page.locator('coze-chat .launcher')).toBeVisible()
})

test('F114: the attribute `title` names the chat and is no tooltip of it', async ({ page, site, demo }) => {
  const body = `<script src="/dist/embed.js"></script><coze-chat bot-id="${BOT_ID}" token-url="/api/coze/token" ui="light" preload="false" api-base="${demo.simulator.url}" title="Shop help"></coze-chat>`
  await page.goto(serveGuest(site, '/titled', html(body)))
  const chat = page.locator('coze-chat')
  await chat.locator('.launcher').click()
  await expect(chat.getByRole('heading')).toHaveText('Shop help')
  expect(await chat.getAttribute('title')).toBeNull()
  await chat.evaluate((element) => element.setAttribute('title', 'Other help'))
  await expect(chat.getByRole('heading')).toHaveText('Other help')
  expect(await chat.getAttribute('title')).toBeNull()
})

test('a body that brings an element of its own for the same agent, as Turbo and htmx swap it, has a chat that works', async ({
  page,
  site,
  demo,
}) => {
  const trouble = watchTrouble(page)
  const element = `<coze-chat bot-id="${BOT_ID}" token-url="/api/coze/token" ui="light" lang="en" preload="false" api-base="${demo.simulator.url}"></coze-chat>`
  await page.goto(serveGuest(site, '/written', html(`${element}<script src="/dist/embed.js"></script>`)))
  const chat = chatOn(page, demo)
  await chat.launcher.click()
  await chat.ask('My name is Ann')
  for (const how of ['replaceWith', 'innerHTML'] as const) {
    await page.evaluate(
      ([next, how]) => {
        if (how === 'innerHTML') document.body.innerHTML = next
        else {
          const body = document.createElement('body')
          body.innerHTML = next
          document.body.replaceWith(body)
        }
      },
      [element, how] as const,
    )
    await chat.launcher.click()
    await chat.ask('What is my name?')
    await expect(chat.answers.last()).toContainText('Ann')
  }
  expect(trouble).toEqual([])
})
