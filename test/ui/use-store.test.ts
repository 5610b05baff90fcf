// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import { userMessage } from '../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, ready } from '../support/test-panel.ts'

afterEach(closeTestPanels)

it('a hidden tab, which gets no frames, is drawn by a timer', async () => {
  const panel = await openTestPanel()
  const frames = vi.spyOn(globalThis, 'requestAnimationFrame')
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  panel.store.set({ messages: [userMessage({ key: 'u', text: 'while you were away' })] })
  expect(frames).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(300)
  expect(panel.find('[role=log]').textContent).toContain('while you were away')
})

it('an idle panel has neither timers nor frames', async () => {
  await openTestPanel({ ...ready, messages: [userMessage({ key: 'u' })] })
  await vi.advanceTimersByTimeAsync(5000)
  expect(vi.getTimerCount()).toBe(0)
})
