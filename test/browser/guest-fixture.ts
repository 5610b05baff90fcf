/** The demo behind two fault proxies, one before the site and one before Coze, and pages of owners of all kinds. */
import type { Page } from '@playwright/test'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { test as base, type ChatPage, chatOn } from './demo-fixture.ts'
import { type GuestPage, guestHtml, serveGuest } from './guest-page.ts'

interface GuestFixtures {
  /** Before the site and its token service. */
  site: FaultProxy
  /** Before the simulated Coze. */
  api: FaultProxy
  /** Serves an owner's page, goes there and answers the chat on it. */
  visitGuest(guest?: GuestPage, on?: Page): Promise<ChatPage>
}

export const test = base.extend<GuestFixtures>({
  site: async ({ demo }, use) => {
    const proxy = await startFaultProxy({ target: demo.url })
    await use(proxy)
    await proxy.close()
  },
  api: async ({ demo }, use) => {
    const proxy = await startFaultProxy({ target: demo.simulator.url })
    await use(proxy)
    await proxy.close()
  },
  visitGuest: async ({ page, demo, site, api }, use) => {
    let guests = 0
    await use(async (guest, on = page) => {
      await on.goto(serveGuest(site, `/guest-${++guests}`, guestHtml(api.url, guest)))
      return chatOn(on, demo)
    })
  },
})

export { expect } from '@playwright/test'

export const callsTo = (proxy: FaultProxy, path: string) =>
  proxy.requests.filter((request) => request.path.split('?')[0] === path && request.method === 'POST')

export const TOKEN_PATH = '/api/coze/token'

/** Everything a page threw or asked of its visitor. */
export function watchTrouble(page: Page): string[] {
  const trouble: string[] = []
  page.on('pageerror', (error) => trouble.push(error.message))
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('popup', (popup) => trouble.push(`popup: ${popup.url()}`))
  return trouble
}
