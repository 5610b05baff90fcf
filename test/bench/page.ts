/**
 * What the widget costs the page it is a guest of, and what its visitors fetch. Run by `npm run bench -- page`.
 * Times are medians; the machine's own noise is about a third, so look at the same row of two runs.
 */
import type { Browser, Page } from '@playwright/test'
import { type RunningDemo, startDemo } from '../../src/cli/demo/demo-server.ts'
import { JOURNEYS, travel } from '../browser/wire-bytes.ts'
import { type Cost, costSoFar, createReport, difference, launchChromium, median, slowDown, watch } from './chromium.ts'

const RUNS = 7

/** The host page, with and without us. */
const host = (ownScript: string, tag: string) =>
  `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>Host</title><h1>Host</h1>${'<p>Some text.</p>'.repeat(50)}${ownScript}${tag}`

/**
 * What hardly a page is without. Chromium keeps a table for each part of the DOM that a page's script touches first, so on a page without any
 * script it is us whom they are counted against.
 */
const SMALL_SCRIPT = "<script>document.documentElement.classList.add('js')</script>"

const tag = (demo: RunningDemo) =>
  `<script async src="/dist/embed.js" data-bot-id="7300000000000000001" data-token-url="/api/coze/token" data-api-base="${demo.simulator.url}" data-ui="light"></script>`

async function open(browser: Browser, demo: RunningDemo, withUs: boolean, ownScript = ''): Promise<Page> {
  const page = await browser.newPage()
  await page.addInitScript(() => {
    const seen = { longTasks: 0, shift: 0 }
    Object.assign(window, { seen })
    new PerformanceObserver((list) => void (seen.longTasks += list.getEntries().length)).observe({
      type: 'longtask',
      buffered: true,
    })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += (entry as PerformanceEntry & { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.route('**/host', async (route) => {
    const response = await route.fetch({ url: `${demo.url}/` })
    await route.fulfill({ response, body: host(ownScript, withUs ? tag(demo) : '') })
  })
  return page
}

interface Visit extends Cost {
  longTasks: number
  shift: number
}

async function visit(browser: Browser, demo: RunningDemo, withUs: boolean, ownScript: string): Promise<Visit> {
  const page = await open(browser, demo, withUs, ownScript)
  const session = await watch(page)
  await page.goto(`${demo.url}/host`)
  // No locator before the figures are read: the driver's own script would be counted as ours.
  await new Promise((resolve) => setTimeout(resolve, 700))
  await session.send('HeapProfiler.collectGarbage')
  const cost = await costSoFar(session)
  const seen = await page.evaluate(() => (window as unknown as { seen: { longTasks: number; shift: number } }).seen)
  await page.close()
  return { ...cost, ...seen }
}

async function launcherOnPhone(browser: Browser, demo: RunningDemo): Promise<number> {
  const page = await open(browser, demo, true)
  await slowDown(page)
  await page.addInitScript(() => {
    const look = () => {
      const button = document.querySelector('coze-chat')?.shadowRoot?.querySelector('button')
      if (button && button.getBoundingClientRect().width > 0) Object.assign(window, { launcherAt: performance.now() })
      else requestAnimationFrame(look)
    }
    look()
  })
  await page.goto(`${demo.url}/host`)
  await page.waitForFunction(() => 'launcherAt' in window)
  const late = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    return (window as unknown as { launcherAt: number }).launcherAt - (navigation?.domContentLoadedEventEnd ?? 0)
  })
  await page.close()
  return late
}

/** From the click to a composer that takes text, chunks in the browser's cache. */
async function clickToInput(browser: Browser, demo: RunningDemo): Promise<number> {
  const context = await browser.newContext()
  const times: number[] = []
  for (let run = 0; run < RUNS + 1; run++) {
    const page = await context.newPage()
    await page.goto(demo.url)
    const launcher = page.locator('coze-chat button[part=launcher]')
    await launcher.waitFor()
    await page.waitForTimeout(300)
    times.push(
      await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const root = document.querySelector('coze-chat')?.shadowRoot
            const began = performance.now()
            root?.querySelector<HTMLButtonElement>('button[part=launcher]')?.click()
            const look = () => {
              const input = root?.querySelector('textarea')
              if (input && !input.disabled && input.getBoundingClientRect().width > 0)
                resolve(performance.now() - began)
              else setTimeout(look)
            }
            look()
          }),
      ),
    )
    await page.close()
  }
  await context.close()
  // The first one fills the cache.
  return median(times.slice(1))
}

/** All main-thread work from the click until the chat has come to rest, chunks in the browser's cache. */
async function openingCost(browser: Browser, demo: RunningDemo): Promise<number> {
  const context = await browser.newContext()
  const costs: number[] = []
  for (let run = 0; run < RUNS + 1; run++) {
    const page = await context.newPage()
    const session = await watch(page)
    await page.goto(demo.url)
    await page.locator('coze-chat button[part=launcher]').waitFor()
    await page.waitForTimeout(700)
    const before = await costSoFar(session)
    await page.evaluate(() => window.cozeChat?.open())
    // No locator before the figures are read: the driver's own script would be counted as ours.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    costs.push(difference(await costSoFar(session), before).taskMs)
    await page.close()
  }
  await context.close()
  // The first one fills the cache.
  return median(costs.slice(1))
}

const demo = await startDemo({ port: 0, simulatorPort: 0, tokenTtlSeconds: 900, knobs: {} })
const browser = await launchChromium()
const report = createReport('The page we are a guest of')
for (const journey of JOURNEYS) {
  const page = await browser.newPage()
  const { files, bytes } = await travel(page, demo, journey)
  await page.context().close()
  report.row(`${journey.name}: wire bytes`, bytes / 1000, 'KB', { max: journey.goal })
  report.row(`${journey.name}: files`, files.length, '', { max: journey.most.files })
}

const visits = async (withUs: boolean, ownScript = '') => {
  const all: Visit[] = []
  for (let run = 0; run < RUNS; run++) all.push(await visit(browser, demo, withUs, ownScript))
  return (name: keyof Visit) => median(all.map((each) => each[name]))
}
const blank = await visits(false)
const ours = await visits(true)
report.row('script before open, over the same page without us', ours('scriptMs') - blank('scriptMs'), 'ms', { max: 5 })
report.row('main thread before open', ours('taskMs') - blank('taskMs'), 'ms', { max: 10 })
const heapBeside = async (ownScript: string) =>
  (await visits(true, ownScript))('heapKib') - (await visits(false, ownScript))('heapKib')
report.row('heap before open, beside a small script', await heapBeside(SMALL_SCRIPT), 'KiB', { max: 150 })
report.row('heap before open, on a page without any', ours('heapKib') - blank('heapKib'), 'KiB', { max: 150 })
report.row('long tasks before open', ours('longTasks') - blank('longTasks'), '', { max: 0 })
report.row('layout shift', ours('shift') - blank('shift'), '', { max: 0 })
const phone: number[] = []
for (let run = 0; run < 5; run++) phone.push(await launcherOnPhone(browser, demo))
report.row('launcher on a phone, after the page itself', median(phone), 'ms', { max: 300 })
report.row('opening, main thread', await openingCost(browser, demo), 'ms', { max: 45 })
report.row('click to usable input, warm cache', await clickToInput(browser, demo), 'ms', { max: 60 })
await browser.close()
await demo.close()
report.end()
