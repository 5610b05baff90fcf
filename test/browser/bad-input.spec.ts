import type { Page } from '@playwright/test'
import { expect, test } from './demo-fixture.ts'
import { listen } from './listen.ts'

/** The demo's first page with other attributes on its tag. */
async function withTag(page: Page, url: string, change: (html: string) => string) {
  await page.route(`${url}/`, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: change(await response.text()) })
  })
  await page.goto(url)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

const tag = (name: string) => new RegExp(`(<script[^>]*) ${name}="[^"]*"`)

for (const [what, change, expected] of [
  ['no bot id', (html: string) => html.replace(tag('data-bot-id'), '$1'), /invalid_options: .*data-bot-id/],
  [
    'no token endpoint',
    (html: string) => html.replace(tag('data-token-url'), '$1'),
    /invalid_options: .*data-token-url/,
  ],
  [
    'a personal access token on the tag',
    (html: string) => html.replace(tag('data-token-url'), '$1 data-token="pat_0123456789"'),
    /insecure_token: .*revoke it/,
  ],
] as const) {
  test(`${what}: the console says what to write, no launcher is drawn, the page goes on`, async ({
    page,
    demo,
    chat,
  }) => {
    const { printed, thrown } = listen(page)
    await withTag(page, demo.url, change)
    await expect.poll(() => printed.join('\n')).toMatch(expected)
    expect(printed.join('\n')).not.toContain('pat_0123456789')
    await expect(chat.launcher).toHaveCount(0)
    expect(thrown).toEqual([])
  })
}

for (const [what, answer, code] of [
  ['answers a login page', { contentType: 'text/html', body: '<h1>Sign in</h1>' }, 'bad_response'],
  ['is not there', { status: 404, contentType: 'text/html', body: 'Not found' }, 'misconfigured'],
  ['hands out a personal access token', { json: { access_token: 'pat_0123456789' } }, 'insecure_token'],
  ['is set up wrongly', { status: 500, json: { error: 'misconfigured' } }, 'misconfigured'],
] as const) {
  test(`F30: a token endpoint that ${what}: a calm sentence for the visitor, the cure for the owner, and nothing typed is lost`, async ({
    page,
    demo,
    chat,
  }) => {
    const { printed, thrown } = listen(page)
    await page.route('**/api/coze/token', (route) => route.fulfill(answer))
    await page.goto(demo.url)
    await chat.launcher.click()
    // What may pass by itself is tried again for ten seconds.
    await expect(chat.widget.getByRole('alert')).toBeVisible({ timeout: 30_000 })
    await expect(chat.widget.getByRole('alert')).not.toContainText(/error|token|undefined|http/i)
    await expect.poll(() => printed.join('\n')).toContain(code)
    expect(printed.join('\n')).not.toContain('pat_0123456789')
    expect(thrown).toEqual([])
  })
}

test('F27: a token endpoint that cannot be reached can be tried again, and then the chat works', async ({
  page,
  demo,
  chat,
}) => {
  test.setTimeout(90_000)
  await page.route('**/api/coze/token', (route) => route.abort())
  await page.goto(demo.url)
  await chat.launcher.click()
  const retry = chat.widget.getByRole('alert').getByRole('button')
  await expect(retry).toBeVisible({ timeout: 30_000 })
  await page.unroute('**/api/coze/token')
  await expect(retry).toBeEnabled({ timeout: 40_000 })
  await retry.click()
  await chat.ask('Hello')
})

test('F16: with storage blocked the chat works in memory', async ({ page, demo, chat }) => {
  const { thrown } = listen(page)
  await page.addInitScript(() => {
    for (const name of ['sessionStorage', 'localStorage', 'indexedDB']) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('Access is denied for this document.', 'SecurityError')
        },
      })
    }
  })
  await page.goto(demo.url)
  await chat.launcher.click()
  await chat.ask('我叫张三，我25岁')
  await chat.ask('我叫什么名字？')
  await expect(chat.answers.last()).toContainText('张三')
  expect(thrown).toEqual([])
})

test('F49: when the Chat SDK cannot be loaded the light chat takes over', async ({ page, demo, chat }) => {
  const { thrown } = listen(page)
  await page.route('**/chat-sdk-replica.js*', (route) => route.fulfill({ status: 404, body: 'gone' }))
  await page.goto(`${demo.url}/official`)
  await chat.launcher.click()
  await chat.composer.waitFor({ timeout: 40_000 })
  await chat.ask('Hello')
  expect(thrown).toEqual([])
})
