/** Chromium for benchmarks, and what a stretch of a page's life costs its main thread. */
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test'

export function launchChromium(...more: string[]): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH']
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      '--no-sandbox',
      '--headless=new',
      '--disable-background-networking',
      '--disable-component-update',
      '--enable-precise-memory-info',
      // The host pages are the driver's own, which Chromium keeps from calling services on this machine.
      '--disable-features=LocalNetworkAccessChecks',
      ...more,
    ],
  })
}

export interface Cost {
  scriptMs: number
  /** All main-thread work, CPU time. */
  taskMs: number
  layoutMs: number
  heapKib: number
}

/** Milliseconds of main thread spent since the session's page began. */
export async function costSoFar(session: CDPSession): Promise<Cost> {
  const { metrics } = await session.send('Performance.getMetrics')
  const read = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0
  return {
    scriptMs: read('ScriptDuration') * 1000,
    taskMs: read('TaskDuration') * 1000,
    layoutMs: (read('LayoutDuration') + read('RecalcStyleDuration')) * 1000,
    heapKib: read('JSHeapUsedSize') / 1024,
  }
}

export async function watch(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return session
}

/** A quarter of this machine's speed, on a slow mobile network. */
const PHONE = { rate: 4, kilobitsPerSecond: 1600, latencyMs: 150 }

/** Makes this page as slow as a phone's. */
export async function slowDown(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  const bytesPerSecond = (PHONE.kilobitsPerSecond * 1000) / 8
  await session.send('Emulation.setCPUThrottlingRate', { rate: PHONE.rate })
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: PHONE.latencyMs,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  })
  return session
}

export const difference = (after: Cost, before: Cost): Cost => ({
  scriptMs: after.scriptMs - before.scriptMs,
  taskMs: after.taskMs - before.taskMs,
  layoutMs: after.layoutMs - before.layoutMs,
  heapKib: after.heapKib - before.heapKib,
})

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** Prints `name: value (bar)`, and remembers whether all bars were held. */
export function createReport(title: string) {
  console.log(`\n${title}`)
  let missed = 0
  return {
    row(name: string, value: number, unit: string, bar?: { max: number }) {
      const held = bar === undefined || value <= bar.max
      if (!held) missed++
      const shown = `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`
      const wanted = bar === undefined ? '' : `bar ${bar.max} ${unit}${held ? '' : '  MISSED'}`
      console.log(`  ${name.padEnd(58)} ${shown.padStart(12)}   ${wanted}`)
    },
    end() {
      if (missed > 0) process.exitCode = 1
    },
  }
}
