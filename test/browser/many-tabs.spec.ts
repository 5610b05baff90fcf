import { chatOn, signIn } from './demo-fixture.ts'
import { callsTo, expect, TOKEN_PATH, test } from './guest-fixture.ts'

/** So long that no timer of the page's own renews while the test runs. */
test.use({ demoOptions: { tokenTtlSeconds: 900, knobs: { pieceDelayMs: 0 } } })

test('F25: eight tabs of one user wake together, twenty times: one request a round', async ({
  context,
  demo,
  site,
}) => {
  test.setTimeout(180_000)
  const ROUNDS = 20
  await context.addInitScript(() => {
    const { now } = Date
    const skew = { ms: 0 }
    Object.assign(window, { skew })
    Date.now = () => now() + skew.ms
  })
  const pages = []
  for (let i = 0; i < 8; i++) {
    const page = await context.newPage()
    await page.goto(`${site.url}/shop`)
    if (i === 0) await signIn(page, site, 'Ann')
    await chatOn(page, demo).launcher.click()
    await expect(chatOn(page, demo).composer).toBeEnabled()
    // The first frame's field is there before the tab has asked who it is.
    await page.waitForFunction(() => window.cozeChat?.state.token !== undefined)
    await page.evaluate(() => {
      const counter = { tokens: 0 }
      Object.assign(window, { counter })
      window.cozeChat?.on('token', () => counter.tokens++)
    })
    pages.push(page)
  }
  const perRound: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const before = callsTo(site, TOKEN_PATH).length
    // All of them have slept an hour; only then does the first one wake.
    for (const page of pages) {
      await page.evaluate(() => {
        const { skew, counter } = window as unknown as { skew: { ms: number }; counter: { tokens: number } }
        skew.ms += 3_600_000
        counter.tokens = 0
      })
    }
    await Promise.all(pages.map((page) => page.evaluate(() => void window.dispatchEvent(new Event('focus')))))
    for (const page of pages) {
      await page.waitForFunction(() => (window as unknown as { counter: { tokens: number } }).counter.tokens > 0)
    }
    perRound.push(callsTo(site, TOKEN_PATH).length - before)
  }
  expect(perRound).toEqual(Array.from({ length: ROUNDS }, () => 1))
})
