/** What axe finds wrong with a page. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface AxeResult {
  violations: { id: string; nodes: { target: unknown }[] }[]
}

/** Ids of the broken rules, with where; axe looks into open shadow roots. @param within a selector; default: the whole page */
export async function violationsOn(page: Page, within = 'html'): Promise<string[]> {
  await page.evaluate(await readFile(axePath, 'utf8'))
  const { violations } = await page.evaluate(
    (selector) => (window as unknown as { axe: { run(within: string): Promise<AxeResult> } }).axe.run(selector),
    within,
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${JSON.stringify(target)}`))
}
