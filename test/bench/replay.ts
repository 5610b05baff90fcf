/**
 * Two hours of a busy visitor in a few minutes: typing, streaming, stopping, conversations that come and go, the panel closed and
 * opened. Back in the same state, the heap has to be what it was after the first minutes. Run by `npm run bench -- replay`.
 */
import type { CDPSession, Page } from '@playwright/test'
import { startDemo } from '../../src/cli/demo/demo-server.ts'
import { createReport, launchChromium } from './chromium.ts'

/** A round is three questions in a conversation of its own, as three minutes have. */
const ROUNDS = 40
const FIRST_ROUNDS = 4
const QUESTIONS = [
  'What do you have with lemons?',
  '/markdown',
  '/code',
  '/table',
  '/think',
  '/suggest',
  '/tool',
  '/image',
  '/long 4000',
  '你好，今天有什么推荐？',
]

const demo = await startDemo({ port: 0, simulatorPort: 0, tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } })
// Compiled code is the engine's own and grows until all of it was compiled: by half a MiB in these two hours.
const browser = await launchChromium('--js-flags=--jitless')
const report = createReport('Two hours in the light chat')
const page = await browser.newPage()
const session = await page.context().newCDPSession(page)
await session.send('Performance.enable')
await session.send('DOM.enable')
const chat = page.locator('coze-chat')
const composer = chat.getByRole('textbox')
const button = (name: string | RegExp) => chat.getByRole('button', { name }).first()
let asked = 0
let typed = 0

await page.goto(demo.url)
await chat.locator('button[part=launcher]').click()
for (const question of ['Hello', '/markdown', 'My name is Ann']) await ask(question)
await button('Conversations').click()
await button(/^Rename:/).click()
await chat.locator('.drawer input').fill('Home')
await button('Save').click()
await button('Close chat').waitFor()
await goHome()

for (let round = 0; round < FIRST_ROUNDS; round++) await play(round)
const before = await look(session)
for (let round = FIRST_ROUNDS; round < ROUNDS; round++) await play(round)
const after = await look(session)

console.log(`  ${asked} questions, ${typed} keys, ${ROUNDS} conversations and ${2 * ROUNDS} switches`)
report.row('heap after the first minutes', before.heapKib, 'KiB')
report.row('heap after two hours, in the same state', after.heapKib, 'KiB')
report.row('heap after two hours against the first minutes', (100 * after.heapKib) / before.heapKib, '%', { max: 110 })
// Not all nodes: the browser keeps those that the text field's undo would bring back, of a thousand steps.
report.row('trees of nodes that script holds outside the page', after.detached - before.detached, 'more', { max: 1 })
report.row('listeners', after.listeners - before.listeners, 'more', { max: 0 })
await browser.close()
await demo.close()
report.end()

async function play(round: number): Promise<void> {
  await button('New conversation').click()
  await chat.locator('[part=assistant-message]').first().waitFor({ state: 'detached' })
  for (let index = 0; index < 3; index++) await ask(QUESTIONS[(3 * round + index) % QUESTIONS.length] ?? '')
  if (round % 3 === 0) await stopInTheMiddle()
  if (round % 2 === 0) {
    await button('Close chat').click()
    await chat.locator('button[part=launcher]').click()
  }
  await page.mouse.move(1060, 400)
  await page.mouse.wheel(0, -2_000)
  await page.mouse.wheel(0, 4_000)
  await goHome()
  await button('Conversations').click()
  const left = chat.locator('.drawer li').filter({ hasNotText: 'Home' })
  await left
    .first()
    .getByRole('button', { name: /^Delete:/ })
    .click()
  await chat.locator('.drawer .danger').click()
  await left.first().waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
}

async function ask(text: string): Promise<void> {
  const answers = chat.locator('[part=assistant-message]')
  const count = await answers.count()
  await composer.pressSequentially(text)
  await composer.press('Enter')
  typed += text.length + 1
  asked++
  await answers.nth(count).waitFor()
  await chat.locator('[role=log][aria-busy=false]').waitFor({ timeout: 120_000 })
}

async function stopInTheMiddle(): Promise<void> {
  await composer.fill('/slow')
  await composer.press('Enter')
  asked++
  await button('Stop answering').click()
  await chat.locator('[role=log][aria-busy=false]').waitFor({ timeout: 120_000 })
}

/** The state that is compared: the first conversation on screen, at its end, nothing under way. */
async function goHome(): Promise<void> {
  if ((await chat.locator('.drawer').count()) === 0) await button('Conversations').click()
  await chat.locator('.drawer li', { hasText: 'Home' }).locator('.open').click()
  await chat.locator('.drawer').waitFor({ state: 'detached' })
  await chat.getByRole('log').getByText('Nice to meet you, Ann').waitFor()
}

async function look(cdp: CDPSession): Promise<{ heapKib: number; detached: number; listeners: number }> {
  await settle(page)
  for (let pass = 0; pass < 3; pass++) await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = await cdp.send('Runtime.getHeapUsage')
  const { detachedNodes } = await cdp.send('DOM.getDetachedDomNodes')
  const { metrics } = await cdp.send('Performance.getMetrics')
  const listeners = metrics.find(({ name }) => name === 'JSEventListeners')?.value ?? Number.NaN
  return { heapKib: usedSize / 1024, detached: detachedNodes.length, listeners }
}

/** Streams linger for two seconds after their last word. */
async function settle(of: Page): Promise<void> {
  await of.waitForTimeout(3_000)
}
