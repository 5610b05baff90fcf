/** What axe finds wrong with a page. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface AxeResult {
  violations: { id: string; nodes: { target: unknown }[] }[]
}

/** Ids of the broken rules, with where; axe looks into open shadow roots. */
export async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(axePath, 'utf8'))
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run(),
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${JSON.stringify(target)}`))
}
