import { chatOn, expect, test } from './demo-fixture.ts'

test.describe('one script tag', () => {
  test('the agent remembers what it was told, and the chat is still there after a reload', async ({ page, chat }) => {
    await chat.open()
    await chat.ask('我叫张三，我25岁')
    await chat.ask('我叫什么名字？我多大？')
    await expect(chat.log).toContainText('你叫张三')
    await expect(chat.log).toContainText('25 岁')

    await page.reload()
    await chat.launcher.click()
    await expect(chat.log).toContainText('你叫张三')
  })

  test('a new tab is a stranger', async ({ context, demo, chat }) => {
    await chat.open()
    await chat.ask('我叫张三，我25岁')
    const stranger = chatOn(await context.newPage(), demo)
    await stranger.open()
    await stranger.ask('我叫什么名字？我多大？')
    await expect(stranger.log).not.toContainText('张三')
  })

  test('F15: a duplicated tab is a stranger, and the first tab goes on', async ({ page, context, demo, chat }) => {
    await chat.open()
    await chat.ask('我叫张三，我25岁')
    const [copy] = await Promise.all([
      context.waitForEvent('page'),
      page.evaluate(() => void window.open(location.href)),
    ])
    const stranger = chatOn(copy, demo)
    expect(await copy.evaluate(() => sessionStorage.length)).toBeGreaterThan(0)
    await stranger.launcher.click()
    await stranger.ask('我叫什么名字？我多大？')
    await expect(stranger.log).not.toContainText('张三')
    await chat.ask('我叫什么名字？我多大？')
    await expect(chat.log).toContainText('你叫张三')
  })

  test('nothing but embed.js is requested before the first intent of a visitor who saves data', async ({
    page,
    demo,
  }) => {
    await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }))
    const requests: string[] = []
    page.on('request', (request) => requests.push(new URL(request.url()).pathname))
    await page.goto(demo.url)
    await expect(page.locator('coze-chat').locator('button[part=launcher]')).toBeVisible()
    await page.waitForLoadState('networkidle')
    expect(requests.filter((path) => !path.startsWith('/demo/') && path !== '/')).toEqual(['/dist/embed.js'])
  })
})
