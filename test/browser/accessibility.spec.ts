/** The demo's pages by axe, and the main journey by keyboard and for a screen reader. Every state of the chat: `every-state.spec.ts`. */
import { violationsOn } from './axe.ts'
import { expect, test } from './demo-fixture.ts'

// Answers at once: what is looked at is how they look.
test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })

    for (const path of ['/', '/shop', '/inline', '/official', '/csp', '/playground', '/?lang=zh-CN']) {
      test(`axe finds nothing on ${path}, closed and in mid-conversation`, async ({ page, demo, chat }) => {
        await page.goto(demo.url + path)
        if (path !== '/inline') {
          await expect(chat.launcher).toBeVisible()
          if (path !== '/csp') expect(await violationsOn(page)).toEqual([])
          await chat.launcher.click()
        }
        await chat.composer.waitFor()
        if (path === '/official') {
          await chat.composer.fill('Hello')
          await chat.composer.press('Enter')
          await expect(chat.widget).toContainText('Hello')
        } else {
          await chat.ask('/markdown')
          await chat.ask('/table')
        }
        // The strict page allows no foreign script, so it is looked at without its policy by the other tests.
        if (path !== '/csp') expect(await violationsOn(page)).toEqual([])
      })
    }
  })
}

test('the whole main journey by keyboard: Tab reaches the launcher, Enter opens, the caret is in the composer, Escape closes, focus returns', async ({
  page,
  demo,
  chat,
}) => {
  await page.goto(demo.url)
  await expect(chat.launcher).toBeVisible()
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab')
    if (await chat.launcher.evaluate((button) => button.matches(':focus'))) break
  }
  await expect(chat.launcher).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(chat.composer).toBeFocused()
  await page.keyboard.type('Hello')
  await page.keyboard.press('Enter')
  await expect(chat.answers).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(chat.composer).toBeHidden()
  await expect(chat.launcher).toBeFocused()
})

test("what a screen reader is given of the main journey: a dialog with the agent's name, a log that says who spoke, one announcement", async ({
  chat,
}) => {
  await chat.open('/?lang=en')
  await chat.ask('Hello')
  await expect(chat.widget).toMatchAriaSnapshot(`
    - dialog "Mocha":
      - heading "Mocha" [level=2]
      - button "New conversation"
      - button "Conversations"
      - button "Close chat"
      - log "Messages":
        - article:
          - paragraph: /I am Mocha/
        - article: "You said: Hello"
        - article:
          - text: "Mocha said:"
          - paragraph: /^Hello!/
          - button "Copy"
          - button "Answer again"
          - button "Good answer"
          - button "Bad answer"
          - time
        - list "Suggested questions":
          - listitem:
            - button
      - button "Attach files"
      - textbox "Type a message…"
      - button "Send" [disabled]
      - status: /Mocha said. Hello!/
    - button "Chat" [expanded]
  `)
})
