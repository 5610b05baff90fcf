/**
 * What streaming Markdown costs a page's main thread, in Chromium. Run by `npm run bench`, from the root of the project.
 * Pieces of 10 characters come as fast as they can. As the chat does it, one update per frame; the varied answer also with an update for every piece, and beside a bare append-only page.
 */
import { resolve } from 'node:path'
import type { CDPSession, Page } from '@playwright/test'
import { build, type Rolldown } from 'vite'
import { launchChromium } from './chromium.ts'
import { GROWING, INPUTS } from './markdown-input.ts'

const PIECE = 10
const RUNS = 5
const STYLES = 'body{margin:0;font:14px/1.5 system-ui}main{height:600px;width:380px;overflow:auto}'

interface Row {
  taskMs: number
  scriptMs: number
  layoutMs: number
  longestMs: number
}

type Mode = 'frame' | 'piece' | 'floor'

async function bundle(): Promise<string> {
  const entry = resolve('test/bench/markdown-page.ts')
  const output = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'es2022', lib: { entry, formats: ['iife'], name: 'bench', fileName: 'bench' } },
  })
  const [result] = output as Rolldown.RolldownOutput[]
  const chunk = result?.output[0]
  if (chunk?.type !== 'chunk') throw new Error('The bundle of the benchmark page is empty.')
  return chunk.code
}

async function metrics(session: CDPSession): Promise<Record<string, number>> {
  const { metrics: list } = await session.send('Performance.getMetrics')
  return Object.fromEntries(list.map(({ name, value }) => [name, value * 1000]))
}

async function measure(page: Page, text: string, mode: Mode): Promise<Row> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)))
  const before = await metrics(session)
  const longestMs = await page.evaluate(
    ([input, size, how]) => (globalThis as unknown as BenchPage).bench.run(input, size, how),
    [text, PIECE, mode] as const,
  )
  const after = await metrics(session)
  await session.detach()
  const spent = (name: string) => (after[name] ?? 0) - (before[name] ?? 0)
  return {
    taskMs: spent('TaskDuration'),
    scriptMs: spent('ScriptDuration'),
    layoutMs: spent('LayoutDuration') + spent('RecalcStyleDuration'),
    longestMs,
  }
}

interface BenchPage {
  bench: { run(text: string, size: number, mode: Mode): Promise<number> }
}

const code = await bundle()
const browser = await launchChromium()
const page = await browser.newPage()

async function median(text: string, mode: Mode): Promise<Row> {
  const rows: Row[] = []
  for (let run = 0; run < RUNS; run++) {
    await page.setContent(`<!doctype html><style>${STYLES}</style><main></main>`)
    await page.addScriptTag({ content: code })
    rows.push(await measure(page, text, mode))
  }
  return rows.sort((a, b) => a.taskMs - b.taskMs)[RUNS >> 1] as Row
}

console.log(
  '| answer | updates | characters | task ms | script ms | style and layout ms | longest task ms | growth for 4x |',
)
console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |')
for (const [name, make] of Object.entries(INPUTS)) {
  for (const mode of name === 'varied' ? (['floor', 'frame', 'piece'] as const) : (['frame'] as const)) {
    let small = 0
    for (const length of [20_000, 80_000]) {
      const row = await median(make(length), mode)
      const growth = small ? `${(row.taskMs / small).toFixed(1)} x` : ''
      small = row.taskMs
      const cells = [row.taskMs, row.scriptMs, row.layoutMs, row.longestMs].map((value) => value.toFixed(0))
      console.log(`| ${[name, mode, length, ...cells, growth].join(' | ')} |`)
    }
  }
}

console.log('\n| one block that grows | script ms of half | script ms of all | per doubling, bar 2.2 x |')
console.log('| --- | ---: | ---: | ---: |')
for (const [name, { most, make }] of Object.entries(GROWING)) {
  const half = await median(make(most / 2), 'frame')
  const all = await median(make(most), 'frame')
  const growth = all.scriptMs / half.scriptMs
  if (growth > 2.2) process.exitCode = 1
  console.log(`| ${name} | ${half.scriptMs.toFixed(0)} | ${all.scriptMs.toFixed(0)} | ${growth.toFixed(1)} x |`)
}
await browser.close()
