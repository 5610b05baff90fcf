// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import { initialChatState } from '../../../src/chat/chat-state.ts'
import { watchStore } from '../../../src/ui/panel/use-chat-state.ts'
import { assistantMessage, createFakeChatStore, userMessage } from '../../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, ready } from '../../support/test-panel.ts'

afterEach(closeTestPanels)

it('an idle panel has neither timers nor frames', async () => {
  await openTestPanel({ ...ready, messages: [userMessage({ key: 'u' })] })
  await vi.advanceTimersByTimeAsync(5000)
  expect(vi.getTimerCount()).toBe(0)
})

it('F54: on a page whose animation frames come at once, every change is drawn', () => {
  const atOnce = vi.spyOn(globalThis, 'requestAnimationFrame').mockImplementation((draw) => {
    draw(0)
    return 7
  })
  const store = createFakeChatStore()
  const drawn: string[] = []
  const stop = watchStore(store, ({ state }) => drawn.push(state.phase))
  for (const phase of ['opening', 'ready', 'opening'] as const) store.set({ phase })
  stop()
  atOnce.mockRestore()
  expect(drawn).toEqual(['opening', 'ready', 'opening'])
})

it('an answer that came as a whole between two drawings is announced', async () => {
  const asked = userMessage({ key: 'u' })
  const panel = await openTestPanel({ ...ready, messages: [asked] })
  panel.store.set({ turn: { phase: 'waiting', turnId: 't', slow: false } })
  panel.store.set({
    turn: initialChatState.turn,
    messages: [asked, assistantMessage({ key: 'a', text: 'At eight' })],
  })
  await panel.settle()
  expect(panel.find('[role="status"][aria-live]').textContent).toContain('At eight')
})
