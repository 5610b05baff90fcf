import { expect, test } from './demo-fixture.ts'

const LIVES = 6
/** Long enough for the timer to renew ahead (tokens of 10 s or less are renewed on use), short enough to wait for. */
const TTL_SECONDS = 11

test.use({ demoOptions: { tokenTtlSeconds: TTL_SECONDS, knobs: { pieceDelayMs: 0 } } })

/** Counts, from inside the page, every refused call and every moment in which the visitor could see a failure. */
async function watchForTrouble(page: import('@playwright/test').Page) {
  const trouble: string[] = []
  page.on('response', (response) => {
    if (response.status() === 401) trouble.push(`401 ${new URL(response.url()).pathname}`)
  })
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`))
  await page.addInitScript(() => {
    const seen: string[] = []
    Object.assign(window, { seenTrouble: seen })
    const look = (root: Node) =>
      new MutationObserver(() => {
        const text = (root as Element | ShadowRoot).querySelector('[role=alert], .problem, .coze-replica-failed')
        if (text) seen.push(text.textContent ?? '')
      }).observe(root, { subtree: true, childList: true, characterData: true })
    look(document)
    const attach = Element.prototype.attachShadow
    Element.prototype.attachShadow = function (init) {
      const root = attach.call(this, init)
      look(root)
      return root
    }
  })
  return trouble
}

for (const [name, path] of [
  ['the light chat', '/'],
  ["the replica of Coze's Chat SDK", '/official'],
] as const) {
  test(`${name} talks across ${LIVES} token lives with neither failure nor flicker, and loses no message`, async ({
    page,
    demo,
    chat,
  }) => {
    test.setTimeout(150_000)
    const trouble = await watchForTrouble(page)
    await page.goto(demo.url + path)
    await chat.launcher.click()
    const composer = chat.widget.getByRole('textbox')
    await composer.waitFor()
    const renewals = page.locator('[data-watch=renewals]')
    let asked = 0
    // A dash stands there until the first token has come.
    while ((Number(await renewals.textContent()) || 0) < LIVES) {
      const word = `word-${asked++}`
      await composer.fill(`echo ${word}`)
      await composer.press('Enter')
      await expect(chat.widget).toContainText(word)
      await page.waitForTimeout(2_500)
    }
    const messages = () =>
      demo.simulator.simulator
        .dump()
        .sessions.flatMap(({ conversations }) => conversations)
        .flatMap((conversation) => conversation.messages)
    const questions = () => messages().filter(({ role, text }) => role === 'user' && text.includes('word-'))
    await expect.poll(() => questions().length).toBe(asked)
    // Every question was asked exactly once and has its answer.
    expect(new Set(questions().map(({ text }) => text)).size).toBe(asked)
    await expect.poll(() => messages().filter(({ type }) => type === 'answer').length).toBeGreaterThanOrEqual(asked)
    expect(asked).toBeGreaterThanOrEqual(LIVES)
    expect(trouble).toEqual([])
    expect(await page.evaluate(() => (window as unknown as { seenTrouble: string[] }).seenTrouble)).toEqual([])
  })
}
