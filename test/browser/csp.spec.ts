import { expect, test } from './demo-fixture.ts'

test.describe('a guest in a strict page', () => {
  test('F48: under nonces and Trusted Types the chat starts, opens, streams and draws with no violation', async ({
    page,
    chat,
  }) => {
    const refused: string[] = []
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted ?Type/i.test(message.text())) refused.push(message.text())
    })
    await chat.open('/csp')
    await chat.ask('/markdown')
    await chat.ask('/code')
    await chat.ask('/think')
    await expect(chat.log.locator('code').first()).toBeVisible()
    expect(refused).toEqual([])
    await expect(page.locator('#violations')).toHaveText('0')
  })

  test('the page is as it was: nodes, globals, scroll, history and console, before and after destroy()', async ({
    page,
    demo,
    chat,
  }) => {
    const printed: string[] = []
    // A page of the site without any script of the demo's.
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
    await page.goto(`${demo.url}/demo/nothing-here`)
    page.on('console', (message) => printed.push(message.text()))
    const snapshot = () =>
      page.evaluate(() => ({
        body: document.body?.outerHTML ?? '',
        head: document.head?.outerHTML ?? '',
        html: [...document.documentElement.attributes].map(({ name, value }) => `${name}=${value}`),
        children: document.documentElement.children.length,
        globals: Object.keys(window)
          .filter((name) => !/^\d+$/.test(name))
          .sort(),
        history: history.length,
        fetch: String(window.fetch),
      }))
    const before = await snapshot()
    await page.evaluate((base) => {
      const script = document.createElement('script')
      script.src = `${base}/dist/embed.js`
      Object.assign(script.dataset, { botId: '7300000000000000001', tokenUrl: '/api/coze/token', ui: 'light' })
      document.head.append(script)
      return new Promise((resolve) => {
        script.onload = () => {
          script.remove()
          resolve(undefined)
        }
      })
    }, demo.url)
    await page.evaluate((base) => window.cozeChat?.setOptions({ apiBase: base }), demo.simulator.url)
    await chat.launcher.click()
    await chat.ask('Hello')
    await page.evaluate(() => window.cozeChat?.destroy())
    expect(await snapshot()).toEqual(before)
    expect(printed).toEqual([])
  })

  test('F14: the same tag twice is one chat', async ({ page, demo }) => {
    await page.goto(demo.url)
    await page.evaluate(() => {
      const script = document.querySelector('script[data-bot-id]')
      const copy = document.createElement('script')
      for (const { name, value } of script?.attributes ?? []) copy.setAttribute(name, value)
      document.body.append(copy)
      return new Promise((resolve) => {
        copy.onload = resolve
      })
    })
    await expect(page.locator('coze-chat')).toHaveCount(1)
  })

  test('a body that is swapped, as Turbo and htmx do, leaves the chat where it is', async ({ page, chat }) => {
    await chat.open()
    await chat.ask('My name is Ann')
    await page.evaluate(() => {
      const body = document.createElement('body')
      body.textContent = 'another page'
      document.body.replaceWith(body)
    })
    await chat.ask('What is my name?')
    await expect(chat.answers.last()).toContainText('Ann')
  })
})
