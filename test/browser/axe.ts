/** What axe finds wrong with a page. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface Axe {
  run(within: string, options: object): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }>
}

/** Ids of the broken rules, with where; axe looks into open shadow roots. @param within a selector; default: the whole page */
export async function violationsOn(page: Page, within = 'html'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(axePath, 'utf8'))
  const violations = await page.evaluate(async (selector) => {
    const { axe } = window as unknown as { axe: Axe }
    // The newest rule of WCAG 2.2 is not among those that axe applies by itself.
    const found = await axe.run(selector, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
    return found.violations
  }, within)
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${JSON.stringify(target)}`))
}
