// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import { userMessage } from '../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, ready } from '../support/test-panel.ts'

afterEach(closeTestPanels)

it('an idle panel has neither timers nor frames', async () => {
  await openTestPanel({ ...ready, messages: [userMessage({ key: 'u' })] })
  await vi.advanceTimersByTimeAsync(5000)
  expect(vi.getTimerCount()).toBe(0)
})
