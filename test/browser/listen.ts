import type { Page } from '@playwright/test'

/** What the owner reads in his console; everything the page itself threw goes into `thrown`. */
export function listen(page: Page) {
  const printed: string[] = []
  const thrown: string[] = []
  page.on('console', (message) => message.text().includes('[coze-chat-widget]') && printed.push(message.text()))
  page.on('pageerror', (error) => thrown.push(error.message))
  return { printed, thrown }
}
