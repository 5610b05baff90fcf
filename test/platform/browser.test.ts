import { expect, it, vi } from 'vitest'
import { browserPlatform, type Platform } from '../../src/platform/browser.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { createFakeOrigin } from '../support/fake-platform.ts'

it('a channel of a platform whose page and storage were replaced uses these', () => {
  vi.stubGlobal('BroadcastChannel', undefined)
  const tab = createFakeOrigin(createFakeClock()).openTab()
  const { page, openStorage } = tab.platform
  const opened: string[] = []
  const platform: Platform = {
    ...browserPlatform,
    page,
    openStorage(kind) {
      opened.push(kind)
      return openStorage(kind)
    },
  }
  const channel = platform.openChannel('tabs', () => {})
  expect([opened, tab.page.listeners]).toEqual([['local'], 1])
  channel.close()
  expect(tab.page.listeners).toBe(0)
})
