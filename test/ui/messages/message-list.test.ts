// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { WINDOW_STEP } from '../../../src/ui/messages/scrolling/message-window.ts'
import { assistantMessage, userMessage } from '../../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, ready, type TestPanel } from '../../support/test-panel.ts'

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
    if (live && margin.startsWith('800px') === (edge === 'top')) {
      callback([{ isIntersecting } as IntersectionObserverEntry], {} as IntersectionObserver)
    }
  }
}
const answered = [userMessage({ key: 'q' }), assistantMessage({ key: 'r' })]
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

/** What a transcript is told about where to scroll, and by whom. */
const watchScrolling = (panel: TestPanel) => {
  const scrolls: ScrollToOptions[] = []
  panel.find('[role=log]').scrollTo = (options?: ScrollToOptions | number) => {
    if (typeof options === 'object') scrolls.push(options)
  }
  return scrolls
}

it('a reader above is left alone: a button tells of new messages and leads to them', async () => {
  const panel = await openTestPanel({ ...ready, messages: answered })
  const scrolls = watchScrolling(panel)
  expect(panel.queryButton('Jump to newest message')).toBeUndefined()
  see('bottom', false)
  await panel.settle()
  // Not for a moment in which a question finds its place.
  expect(panel.queryButton('Jump to newest message')).toBeUndefined()
  await vi.advanceTimersByTimeAsync(250)
  await panel.settle()
  see('bottom', false)
  await panel.settle()
  panel.store.set({ messages: [...answered, assistantMessage({ key: 'a' })] })
  await panel.settle()
  expect(scrolls).toEqual([])
  // Whoever says aloud what they see means this button.
  const jump = panel.button('New messages: Jump to newest message')
  expect(jump.textContent).toBe('New messages')
  jump.click()
  expect(scrolls).toMatchObject([{ top: 0 }])
  see('bottom', true)
  await panel.settle()
  expect(jump.isConnected).toBe(false)
})

it('whoever asks is taken to the question, and nothing more scrolls while its answer grows', async () => {
  const panel = await openTestPanel({ ...ready, messages: answered })
  const scrolls = watchScrolling(panel)
  const asked = [...answered, userMessage({ key: 'mine', status: 'sending' })]
  panel.store.set({ messages: asked })
  await panel.settle()
  expect(scrolls).toHaveLength(1)
  expect(panel.find('[role=log]').classList.contains('anchored')).toBe(true)
  panel.store.set({ messages: [...asked, assistantMessage({ key: 'a', text: 'Long', status: 'streaming' })] })
  await panel.settle()
  panel.store.set({ messages: [...asked, assistantMessage({ key: 'a', text: 'Long enough' })] })
  await panel.settle()
  expect(scrolls).toHaveLength(1)
  expect(panel.find('[role=log]').classList.contains('anchored')).toBe(true)
})

it('a question that waits for its turn moves nothing but its end into view, and goes to the top when it is asked', async () => {
  const running = [userMessage({ key: 'first' }), assistantMessage({ key: 'a', text: 'Half', status: 'streaming' })]
  const panel = await openTestPanel({
    ...ready,
    turn: { phase: 'streaming', turnId: 't', slow: false },
    messages: running,
  })
  const scrolls = watchScrolling(panel)
  panel.store.set({ messages: [...running, userMessage({ key: 'second', status: 'queued' })] })
  await panel.settle()
  expect(scrolls).toEqual([])
  panel.store.set({ messages: [...running, userMessage({ key: 'second', status: 'sending' })] })
  await panel.settle()
  expect(scrolls).toHaveLength(1)
})

it('typing dots stand under what is being answered, above the questions that wait', async () => {
  const panel = await openTestPanel({
    ...ready,
    turn: { phase: 'waiting', turnId: 't', slow: false },
    messages: [userMessage({ key: 'first' }), userMessage({ key: 'second', status: 'queued' })],
  })
  const [first, second] = panel.root.querySelectorAll('.user')
  const dots = panel.find('.typing')
  expect(first?.compareDocumentPosition(dots)).toBe(Node.DOCUMENT_POSITION_FOLLOWING)
  expect(second?.compareDocumentPosition(dots)).toBe(Node.DOCUMENT_POSITION_PRECEDING)
})

it('another conversation is shown from its end', async () => {
  const panel = await openTestPanel({ ...ready, messages: [userMessage({ key: 'mine', status: 'sending' })] })
  expect(panel.find('[role=log]').classList.contains('anchored')).toBe(true)
  panel.store.set({ conversationId: 'c2', messages: answered })
  await panel.settle()
  expect(panel.find('[role=log]').classList.contains('anchored')).toBe(false)
})

it('in another conversation a reader who goes up stays there, whatever earlier messages are drawn', async () => {
  const panel = await openTestPanel({ ...ready, messages: [userMessage({ key: 'mine', status: 'sending' })] })
  panel.store.set({ conversationId: 'c2', messages: [...questions(2 * WINDOW_STEP), assistantMessage({ key: 'r' })] })
  await panel.settle()
  await vi.advanceTimersByTimeAsync(250)
  see('bottom', false)
  await panel.settle()
  await vi.advanceTimersByTimeAsync(250)
  await panel.settle()
  const scrolls = watchScrolling(panel)
  const drawn = () => panel.root.querySelectorAll('.bubble').length
  const before = drawn()
  see('top', true)
  await panel.settle()
  expect(drawn()).toBeGreaterThan(before)
  expect(scrolls).toEqual([])
})

it('who jumps to the newest message while its answer is read from the top is at the end', async () => {
  const asked = [userMessage({ key: 'mine', status: 'sending' })]
  const panel = await openTestPanel({ ...ready, messages: asked })
  panel.store.set({ messages: [...asked, assistantMessage({ key: 'a', text: 'Long', status: 'streaming' })] })
  await panel.settle()
  see('bottom', false)
  await vi.advanceTimersByTimeAsync(250)
  await panel.settle()
  see('bottom', false)
  await panel.settle()
  const scrolls = watchScrolling(panel)
  panel.button('Jump to newest message').click()
  await panel.settle()
  expect(scrolls).toMatchObject([{ top: 0 }])
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
    'New topic',
  ])
})

const tool = {
  id: 's1',
  kind: 'tool',
  title: 'weather',
  input: '{"city":"Oslo"}',
  output: 'sunny',
  status: 'done',
} as const

it('of the agent’s tools visitors read the names alone, unless the owner shows more or nothing', async () => {
  const shown = async (steps: 'names' | 'full' | 'none') => {
    const panel = await openTestPanel(
      { ...ready, messages: [assistantMessage({ key: 'a', steps: [tool] })] },
      { steps },
    )
    await panel.settle()
    const text = panel.find('[part=assistant-message]').textContent ?? ''
    return ['Used a tool weather', 'Oslo', 'sunny'].map((words) => text.includes(words))
  }
  expect(await shown('names')).toEqual([true, false, false])
  expect(await shown('full')).toEqual([true, true, true])
  expect(await shown('none')).toEqual([false, false, false])
})

it('reasoning and steps are lines that open', async () => {
  const talk = {
    ...ready,
    messages: [
      assistantMessage({
        key: 'a',
        reasoning: { text: 'Let me think', durationMs: 4200 },
        steps: [
          tool,
          { id: 's2', kind: 'knowledge', title: '', input: undefined, output: undefined, status: 'failed' },
        ],
      }),
    ],
  } as const
  const panel = await openTestPanel(talk, { steps: 'full' })
  await panel.settle()
  expect([...panel.root.querySelectorAll('summary')].map((line) => line.textContent)).toEqual([
    'Thought for 4 sec',
    'Used a tool weather',
  ])
  expect(panel.find('.line').textContent).toBe('Searched the knowledge base · failed')
  expect(panel.root.querySelector('details[open]')).toBeNull()
})
