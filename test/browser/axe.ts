/** What axe finds wrong with a page. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** https://developer.mozilla.org/docs/Web/API/Element/moveBefore */
interface Movable extends Node {
  moveBefore(node: Node, child: Node | null): void
}

interface Axe {
  run(within: string, options: object): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }>
}

/**
 * Ids of the broken rules, with where; axe looks into open shadow roots.
 * @param within a selector; default: the whole page
 * @param rules default: all
 */
export async function violationsOn(page: Page, within = 'html', rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(axePath, 'utf8'))
  const violations = await page.evaluate(
    async ([selector, runOnly]) => {
      const { axe } = window as unknown as { axe: Axe }
      const chat = document.querySelector('coze-chat')
      const home = chat?.parentNode as Movable | null | undefined
      const isBesideBody = chat && home === document.documentElement
      // What is beside `body` axe does not see drawn: it would know no colour of it, and find no contrast wrong.
      if (isBesideBody) (document.body as unknown as Movable).moveBefore(chat, null)
      // The newest rule of WCAG 2.2 is not among those that axe applies by itself.
      const chosen = runOnly ? { runOnly } : { rules: { 'target-size': { enabled: true } } }
      const found = await axe.run(selector, { resultTypes: ['violations'], ...chosen })
      if (isBesideBody) home.moveBefore(chat, null)
      return found.violations
    },
    [within, rules] as const,
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${JSON.stringify(target)}`))
}
