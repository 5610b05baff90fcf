// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { WINDOW_STEP } from '../../src/ui/message-window.ts'
import { assistantMessage, userMessage } from '../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, ready, type TestPanel } from '../support/test-panel.ts'

/** The sentinels' observers, fired by hand: happy-dom has no layout. */
let observers: { callback: IntersectionObserverCallback; margin: string; live: boolean }[] = []

beforeEach(() => {
  observers = []
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      readonly entry: (typeof observers)[number]
      constructor(callback: IntersectionObserverCallback, options: IntersectionObserverInit = {}) {
        this.entry = { callback, margin: options.rootMargin ?? '', live: false }
        observers.push(this.entry)
      }
      observe() {
        this.entry.live = true
      }
      disconnect() {
        this.entry.live = false
      }
    },
  )
})
afterEach(closeTestPanels)

const see = (edge: 'top' | 'bottom', isIntersecting: boolean) => {
  for (const { callback, margin, live } of observers) {
    if (live && margin.startsWith('0px') === (edge === 'bottom')) {
      callback([{ isIntersecting } as IntersectionObserverEntry], {} as IntersectionObserver)
    }
  }
}
/** The first scroll brings what a reader needs who goes up. */
const scroll = async (panel: TestPanel) => {
  panel.find('[role=log]').dispatchEvent(new Event('scroll'))
  await panel.settle()
}
const questions = (count: number) =>
  Array.from({ length: count }, (_, i) => userMessage({ key: `u${i}`, text: `n${i}` }))

it('near the top earlier messages are drawn, and at the very top older ones are asked for', async () => {
  const panel = await openTestPanel({ ...ready, messages: questions(WINDOW_STEP + 5), hasOlder: true })
  const drawn = () => panel.root.querySelectorAll('.bubble').length
  see('bottom', false)
  await panel.settle()
  see('top', true)
  await panel.settle()
  expect(drawn()).toBe(WINDOW_STEP + 5)
  expect(panel.store.calls).toEqual([])
  see('top', true)
  expect(panel.store.calls).toEqual([['loadOlder']])
})

it('a window that grew is cut back, but only for a reader who is at the bottom', async () => {
  const panel = await openTestPanel({ ...ready, messages: questions(6 * WINDOW_STEP) })
  const drawn = () => panel.root.querySelectorAll('.bubble').length
  see('bottom', false)
  await panel.settle()
  for (let step = 1; step <= 4; step++) {
    see('top', true)
    await panel.settle()
    expect(drawn()).toBe((step + 1) * WINDOW_STEP)
  }
  see('bottom', true)
  await panel.settle()
  expect(drawn()).toBe(WINDOW_STEP)
})

it('while older messages are on their way nobody asks again', async () => {
  const panel = await openTestPanel({ ...ready, messages: questions(3), hasOlder: true, loadingOlder: true })
  see('top', true)
  expect(panel.store.calls).toEqual([])
  expect(panel.find('[role=log]').textContent).toContain('Loading earlier messages')
})

it('a reader above is left alone: a button tells of new messages and leads to them', async () => {
  const panel = await openTestPanel({ ...ready, messages: questions(3) })
  const scrolls: ScrollToOptions[] = []
  panel.find('[role=log]').scrollTo = (options?: ScrollToOptions | number) => {
    if (typeof options === 'object') scrolls.push(options)
  }
  expect(panel.queryButton('Jump to newest message')).toBeUndefined()
  await scroll(panel)
  see('bottom', false)
  await panel.settle()
  panel.store.set({ messages: [...questions(3), assistantMessage({ key: 'a' })] })
  await panel.settle()
  expect(scrolls).toEqual([])
  expect(panel.button('Jump to newest message').textContent).toBe('New messages')
  panel.button('Jump to newest message').click()
  expect(scrolls).toMatchObject([{ top: 0 }])
  see('bottom', true)
  await panel.settle()
  expect(panel.queryButton('Jump to newest message')).toBeUndefined()
})

it('whoever asks is taken to the end, to see the answer', async () => {
  const panel = await openTestPanel({ ...ready, messages: questions(3) })
  const scrolls: unknown[] = []
  panel.find('[role=log]').scrollTo = (options?: unknown) => {
    scrolls.push(options)
  }
  await scroll(panel)
  see('bottom', false)
  await panel.settle()
  panel.store.set({ messages: [...questions(3), userMessage({ key: 'mine', status: 'sending' })] })
  await panel.settle()
  expect(scrolls).toEqual([{ top: 0, behavior: 'instant' }])
})

it('a new day and a cleared context are drawn between messages', async () => {
  const now = Date.now()
  const panel = await openTestPanel({
    ...ready,
    messages: [
      userMessage({ key: 'a', createdAt: now - 86_400_000, sectionId: 's1' }),
      userMessage({ key: 'b', createdAt: now, sectionId: 's1' }),
      userMessage({ key: 'c', createdAt: now, sectionId: 's2' }),
    ],
  })
  expect([...panel.root.querySelectorAll('.divider')].map((divider) => divider.textContent)).toEqual([
    'Yesterday',
    'Today',
    'Context cleared',
  ])
})

it('reasoning and steps are lines that open', async () => {
  const panel = await openTestPanel({
    ...ready,
    messages: [
      assistantMessage({
        key: 'a',
        reasoning: { text: 'Let me think', durationMs: 4200 },
        steps: [
          { id: 's1', kind: 'tool', title: 'weather', input: '{}', output: 'sunny', status: 'done' },
          { id: 's2', kind: 'knowledge', title: '', input: undefined, output: undefined, status: 'failed' },
        ],
      }),
    ],
  })
  await panel.settle()
  expect([...panel.root.querySelectorAll('summary')].map((line) => line.textContent)).toEqual([
    'Thought for 4 sec',
    'Used a tool weather',
  ])
  expect(panel.find('.line').textContent).toBe('Looked into the knowledge base · failed')
  expect(panel.root.querySelector('details[open]')).toBeNull()
})
