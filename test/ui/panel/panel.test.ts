// @vitest-environment happy-dom
import axe from 'axe-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ChatState } from '../../../src/chat/chat-state.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { WINDOW_STEP } from '../../../src/ui/messages/scrolling/message-window.ts'
import { assistantMessage, userMessage } from '../../support/fake-chat-store.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { closeTestPanels, openTestPanel, ready } from '../../support/test-panel.ts'

afterEach(closeTestPanels)

const question = userMessage({ key: 'u', text: 'What now?' })
const answer = assistantMessage({ key: 'a', id: 'm', text: 'Wait and **see**.' })
const talk: Partial<ChatState> = { ...ready, messages: [question, answer] }
const streaming: Partial<ChatState> = {
  ...ready,
  messages: [question, assistantMessage({ key: 'a', text: 'Wait', status: 'streaming' })],
  turn: { phase: 'streaming', turnId: 't', slow: false },
}

describe('structure', () => {
  it('is a dialog with a log and a text box; inline it is a region', async () => {
    const floating = await openTestPanel(talk)
    expect(floating.find('.panel').getAttribute('role')).toBe('dialog')
    expect(floating.find('[role=log]').getAttribute('aria-label')).toBe('Messages')
    expect(floating.find('textarea').getAttribute('aria-label')).toBe('Type a message…')
    const inline = await openTestPanel(talk, { layout: 'inline' })
    expect(inline.find('.panel').getAttribute('role')).toBe('region')
    expect(inline.queryButton('Close chat')).toBeUndefined()
  })

  it('title, icon, greeting, placeholder, suggestions and disclaimer take the place of the agent’s', async () => {
    const panel = await openTestPanel(ready, {
      title: 'Ada',
      icon: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=',
      greeting: 'Welcome',
      placeholder: 'Go ahead',
      suggestions: ['Only this'],
      disclaimer: 'Made by a machine',
    })
    const text = panel.find('.panel').textContent
    expect(text).toContain('Ada')
    expect(text).toContain('Welcome')
    expect(text).toContain('Made by a machine')
    expect(text).not.toContain('Hello there')
    expect([...panel.root.querySelectorAll('.chip')].map((chip) => chip.textContent)).toEqual(['Only this'])
    expect(panel.find<HTMLTextAreaElement>('textarea').placeholder).toBe('Go ahead')
    expect(panel.find<HTMLImageElement>('img.avatar').src).toContain('data:image/gif')
  })

  it('a subtitle stands under the name, and gives way to what is going on', async () => {
    const panel = await openTestPanel(talk, { subtitle: 'We answer at once' })
    expect(panel.find('.titles p').textContent).toBe('We answer at once')
    panel.store.set({ turn: { phase: 'waiting', turnId: 't', slow: false } })
    await panel.settle()
    expect(panel.find('.titles p').textContent).toBe('Thinking…')
  })

  it('without a subtitle nothing comes under the name, which stays where it is: the answer shows for itself that it is on its way', async () => {
    const panel = await openTestPanel(talk)
    panel.store.set({ turn: { phase: 'waiting', turnId: 't', slow: false } })
    await panel.settle()
    expect(panel.root.querySelectorAll('.titles p')).toHaveLength(0)
    expect(panel.root.querySelectorAll('.typing')).toHaveLength(1)
  })

  it('greets as soon as there are words for it, also while the conversation is still on its way', async () => {
    const opening: Partial<ChatState> = { phase: 'opening' }
    const waiting = await openTestPanel(opening)
    expect(waiting.root.querySelectorAll('.wait')).toHaveLength(1)
    const known = await openTestPanel({ ...opening, agent: ready.agent })
    expect(known.find('.greeting').textContent).toContain('Hello there')
    expect(known.root.querySelectorAll('.skeleton')).toHaveLength(0)
    const owned = await openTestPanel(opening, { greeting: 'Welcome' })
    expect(owned.find('.greeting').textContent).toContain('Welcome')
    const long = await openTestPanel({ ...ready, messages: [question, answer], hasOlder: true })
    expect(long.root.querySelectorAll('.greeting')).toHaveLength(0)
  })

  it('a visitor’s words are text, whatever they look like', async () => {
    const text = '<img src=x onerror=alert(1)> **not bold**'
    const panel = await openTestPanel({ ...ready, messages: [userMessage({ key: 'u', text })] })
    expect(panel.find('.bubble').textContent).toBe(text)
    expect(panel.root.querySelectorAll('.bubble > :not(.actions)')).toHaveLength(0)
  })
})

describe('keyboard and focus', () => {
  it('focus() puts the caret into the composer', async () => {
    const panel = await openTestPanel(talk)
    panel.focus()
    expect(panel.root.activeElement).toBe(panel.find('textarea'))
  })

  it('Escape closes, also from a button, and is not heard by the page', async () => {
    const panel = await openTestPanel(talk)
    let heard = 0
    const listener = () => heard++
    document.addEventListener('keydown', listener)
    panel.press('Escape')
    panel.press('Escape', {}, panel.button('Copy'))
    document.removeEventListener('keydown', listener)
    expect(panel.props.onClose).toHaveBeenCalledTimes(2)
    expect(heard).toBe(0)
  })

  it('an Escape that ends a composition does not close', async () => {
    const panel = await openTestPanel(talk)
    panel.press('Escape', { isComposing: true })
    panel.press('Escape', { keyCode: 229 })
    expect(panel.props.onClose).not.toHaveBeenCalled()
  })

  it('inline there is nothing to close: Escape is left to the page', async () => {
    const panel = await openTestPanel(talk, { layout: 'inline' })
    panel.press('Escape')
    expect(panel.props.onClose).not.toHaveBeenCalled()
  })

  it('Tab goes header, transcript, actions, composer', async () => {
    const panel = await openTestPanel(talk)
    panel.type('x')
    await panel.settle()
    const stops = [...panel.root.querySelectorAll<HTMLElement>('button:not(:disabled), textarea, [tabindex="0"]')]
    expect(stops.map((stop) => stop.getAttribute('aria-label'))).toEqual([
      'New conversation',
      'More options',
      'Conversations',
      'Larger window',
      'Close chat',
      'Messages',
      'Edit',
      'Copy',
      'Answer again',
      'Good answer',
      'Bad answer',
      'Attach files',
      'Type a message…',
      'Send',
    ])
  })

  it('a button that vanishes hands the focus to the composer', async () => {
    const panel = await openTestPanel(streaming)
    panel.button('Stop answering').focus()
    panel.button('Stop answering').click()
    expect(panel.root.activeElement).toBe(panel.find('textarea'))
  })
})

describe('what is said aloud', () => {
  it('an answer is announced once, when it is finished, and never while it grows', async () => {
    const panel = await openTestPanel(streaming)
    const said: string[] = []
    const status = panel.find('[role=status]')
    const look = () => {
      const text = status.textContent ?? ''
      if (text && text !== said.at(-1)) said.push(text)
    }
    for (const text of ['Wait and', 'Wait and **see', 'Wait and **see**.']) {
      panel.store.set({ messages: [question, assistantMessage({ key: 'a', text, status: 'streaming' })] })
      await panel.settle()
      look()
    }
    expect(said).toEqual([])
    expect(panel.find('[role=log]').getAttribute('aria-busy')).toBe('true')
    expect(panel.find('[role=log]').getAttribute('aria-live')).toBe('off')
    panel.store.set({ messages: [question, answer], turn: { phase: 'idle', turnId: undefined, slow: false } })
    await panel.settle()
    look()
    panel.store.set({ followUps: ['And then?'] })
    await panel.settle()
    look()
    expect(said).toEqual(['Harbour said: Wait and see.'])
    expect(panel.find('[role=log]').getAttribute('aria-busy')).toBe('false')
  })

  it('of an answer that would take minutes to listen to, the beginning is announced', async () => {
    const panel = await openTestPanel(streaming)
    const long = { ...answer, text: 'word '.repeat(10_000) }
    panel.store.set({ messages: [question, long], turn: { phase: 'idle', turnId: undefined, slow: false } })
    await panel.settle()
    const said = panel.find('[role=status]').textContent ?? ''
    expect(said).toMatch(/^Harbour said: word word /)
    expect(said.length).toBeLessThanOrEqual(1500 + 'Harbour said: '.length)
  })

  it('an answer that comes in one burst is drawn in several frames, in the end wholly', async () => {
    let now = 0
    // A slow machine: a few looks at the clock, and a frame is over.
    const clock = { ...systemClock, monotonic: () => (now += 3) }
    const panel = await openTestPanel(streaming, { clock })
    const text = Array.from({ length: 4_000 }, (_, index) => `**word ${index}**`).join('\n\n')
    panel.store.set({
      messages: [question, { ...answer, text }],
      turn: { phase: 'idle', turnId: undefined, slow: false },
    })
    const lengths: number[] = []
    const count = () => panel.root.querySelectorAll('.message.assistant:not(.greeting) strong').length
    for (let frame = 0; frame < 20; frame++) {
      await vi.advanceTimersByTimeAsync(17)
      lengths.push(count())
    }
    expect(new Set(lengths).size).toBeGreaterThan(5)
    expect(lengths.at(-1)).toBe(4_000)
  })

  it('history that arrives is not announced', async () => {
    const panel = await openTestPanel({ phase: 'opening' })
    panel.store.set(talk)
    await panel.settle()
    expect(panel.find('[role=status]').textContent).toBe('')
  })
})

describe('what a tool was given and gave', () => {
  it.each([
    ['{"limit":2}', '{\n  "limit": 2\n}'],
    ['{"limit":', '{"limit":'],
    ['two newest', 'two newest'],
    // As numbers they would come out as other ids.
    ['{"id":7300000000000000001}', '{"id":7300000000000000001}'],
  ])('is indented where it is JSON, and says nothing else than it said: %s', async (input, shown) => {
    const step = { id: 's1', kind: 'tool', title: 'orders', input, output: undefined, status: 'done' } as const
    const panel = await openTestPanel(
      { ...talk, messages: [question, { ...answer, steps: [step] }] },
      { steps: 'full' },
    )
    expect(panel.find('.aside-body dd').textContent).toBe(shown)
  })
})

describe('what buttons do', () => {
  it('a suggestion asks itself, and is gone once there are messages', async () => {
    const panel = await openTestPanel()
    panel.button('Where is my order?').click()
    expect(panel.store.calls).toEqual([['send', 'Where is my order?']])
    panel.store.set({ messages: [question] })
    await panel.settle()
    expect(panel.queryButton('Where is my order?')).toBeUndefined()
  })

  it('follow-ups are offered when the answer is finished', async () => {
    const panel = await openTestPanel({ ...streaming, followUps: ['And then?'] })
    expect(panel.queryButton('And then?')).toBeUndefined()
    panel.store.set({ ...talk, turn: { phase: 'idle', turnId: undefined, slow: false } })
    await panel.settle()
    panel.button('And then?').click()
    expect(panel.store.calls).toEqual([['send', 'And then?']])
  })

  it('regenerate is offered for the last answer only', async () => {
    const earlier = assistantMessage({ key: 'a0', id: 'm0' })
    const panel = await openTestPanel({ ...ready, messages: [question, earlier, { ...question, key: 'u2' }, answer] })
    const buttons = [...panel.root.querySelectorAll('[aria-label="Answer again"]')]
    expect(buttons).toHaveLength(1)
    panel.button('Answer again').click()
    expect(panel.store.calls).toEqual([['regenerate']])
  })

  it('a thumb is given, shown as pressed, and taken back', async () => {
    const panel = await openTestPanel(talk)
    panel.button('Good answer').click()
    panel.store.set({ messages: [question, { ...answer, feedback: 'like' }] })
    await panel.settle()
    expect(panel.button('Good answer').getAttribute('aria-pressed')).toBe('true')
    panel.button('Good answer').click()
    expect(panel.store.calls).toEqual([
      ['rate', 'a', 'like'],
      ['rate', 'a', undefined],
    ])
  })

  it('a failed question and an interrupted answer are tried again by their key', async () => {
    const problem = { code: 'network' as const, retryable: true }
    const panel = await openTestPanel({
      ...ready,
      messages: [
        userMessage({ key: 'u1', status: 'failed', problem }),
        assistantMessage({ key: 'a1', status: 'interrupted', problem: { code: 'interrupted', retryable: true } }),
      ],
    })
    for (const button of panel.root.querySelectorAll<HTMLElement>('.problem button')) button.click()
    expect(panel.store.calls).toEqual([
      ['retry', 'u1'],
      ['retry', 'a1'],
    ])
  })

  it('a refused answer gives its question back for other words', async () => {
    const refused = { code: 'content_refused' as const, retryable: false }
    const panel = await openTestPanel({
      ...ready,
      messages: [question, assistantMessage({ key: 'a', text: '', status: 'failed', problem: refused })],
    })
    panel.store.answer('withdraw', async () => ({ text: 'What now?', attachments: [] }))
    panel.find('.problem button').click()
    await panel.settle()
    expect(panel.store.calls).toEqual([['withdraw', 'a']])
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe('What now?')
    expect(panel.root.activeElement).toBe(panel.find('textarea'))
  })

  it('new conversation', async () => {
    const panel = await openTestPanel(talk)
    panel.button('New conversation').click()
    expect(panel.store.calls).toEqual([['newConversation']])
  })

  it('the list of conversations opens, renames, deletes after a question, and closes by Escape alone', async () => {
    const item = { id: 'c2', title: 'Shoes', updatedAt: 1_790_000_000_000 }
    const panel = await openTestPanel({ ...talk, conversations: { items: [item], hasMore: false, loading: false } })
    panel.button('Conversations').click()
    await panel.settle()
    panel.button('Delete: Shoes').click()
    await panel.settle()
    panel.button('Delete').click()
    panel.find('.drawer').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    await panel.settle()
    expect(panel.root.querySelector('.drawer')).toBeNull()
    expect(panel.props.onClose).not.toHaveBeenCalled()
    panel.button('Conversations').click()
    await panel.settle()
    panel.find('.drawer .open').click()
    await panel.settle()
    expect(panel.store.calls).toEqual([
      ['loadConversations'],
      ['deleteConversation', 'c2'],
      ['loadConversations'],
      ['openConversation', 'c2'],
    ])
    expect(panel.root.querySelector('.drawer')).toBeNull()
  })

  it('the keyboard stays in the list of conversations when the button that it pressed is gone', async () => {
    const item = { id: 'c2', title: 'Shoes', updatedAt: 1_790_000_000_000 }
    const list = { items: [item, { ...item, id: 'c3', title: 'Socks' }], hasMore: false, loading: false }
    const panel = await openTestPanel({ ...talk, conversations: list })
    const focused = () => panel.root.activeElement
    panel.button('Conversations').click()
    await panel.settle()
    panel.button('Delete: Shoes').focus()
    panel.button('Delete: Shoes').click()
    await panel.settle()
    expect(focused()).toBe(panel.button('Cancel'))
    panel.button('Delete').focus()
    panel.store.set({ conversations: { ...list, items: list.items.slice(1) } })
    await panel.settle()
    expect(focused()).toBe(panel.button('Back to chat'))
    panel.button('Rename: Socks').click()
    await panel.settle()
    expect(focused()).toBe(panel.find('.drawer input'))
  })

  it('the arrow in the list of conversations says that it leads back, and does not close the chat', async () => {
    const panel = await openTestPanel(talk)
    panel.button('Conversations').click()
    await panel.settle()
    panel.button('Back to chat').click()
    await panel.settle()
    expect(panel.root.querySelector('.drawer')).toBeNull()
    expect(panel.props.onClose).not.toHaveBeenCalled()
  })
})

it('more conversations are the next page, not the first one again', async () => {
  const item = { id: 'c2', title: 'Shoes', updatedAt: 1_790_000_000_000 }
  const panel = await openTestPanel({ ...talk, conversations: { items: [item], hasMore: true, loading: false } })
  panel.button('Conversations').click()
  await panel.settle()
  panel.button('Show more').click()
  expect(panel.store.calls).toEqual([['loadConversations'], ['loadConversations', true]])
})

describe('failures in words', () => {
  it('a chat that could not be opened says why and can be tried again; a question may be sent all the same', async () => {
    const panel = await openTestPanel({ phase: 'failed', problem: { code: 'network', retryable: true } })
    expect(panel.find('[role=alert]').textContent).toContain('The connection failed.')
    panel.button('Try again').click()
    panel.type('hello')
    await panel.settle()
    panel.press('Enter')
    expect(panel.store.calls.map(([name]) => name)).toEqual(['open', 'send'])
  })

  it('where only the owner can help nothing is sent, what is typed stays, and the one button tries again', async () => {
    const panel = await openTestPanel({ phase: 'failed', problem: { code: 'not_published', retryable: false } })
    expect([...panel.root.querySelectorAll('.problem button')].map(({ textContent }) => textContent)).toEqual([
      'Try again',
    ])
    panel.type('hello')
    await panel.settle()
    panel.press('Enter')
    await panel.settle()
    expect(panel.button('Send').disabled).toBe(true)
    expect(panel.store.calls).toEqual([])
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe('hello')
  })

  it('a problem of an open chat is read and put away; the next one is shown again', async () => {
    const panel = await openTestPanel({ ...talk, problem: { code: 'timeout', retryable: true } })
    expect(panel.queryButton('Try again')).toBeUndefined()
    panel.button('Dismiss').click()
    await panel.settle()
    expect(panel.root.querySelector('[role=alert]')).toBeNull()
    panel.store.set({ problem: { code: 'timeout', retryable: true } })
    await panel.settle()
    expect(panel.root.querySelector('[role=alert]')).not.toBeNull()
  })

  it('a conversation that is gone offers a new one', async () => {
    const panel = await openTestPanel({ ...talk, problem: { code: 'conversation_not_found', retryable: false } })
    panel.find('.problem button').click()
    expect(panel.store.calls).toEqual([['newConversation']])
  })

  it('who has to sign in is told so and can try again', async () => {
    const panel = await openTestPanel({ phase: 'failed', problem: { code: 'signed_out', retryable: true } })
    expect(panel.find('[role=alert]').textContent).toContain('Please sign in')
    panel.button('Try again').click()
    expect(panel.store.calls).toEqual([['open']])
  })

  it('a rate limit counts down on the button and lets go', async () => {
    const retryAt = Date.now() + 3000
    const panel = await openTestPanel({ phase: 'failed', problem: { code: 'rate_limited', retryable: true, retryAt } })
    const label = () => panel.find('.problem button').textContent
    const first = label()
    expect(first).toMatch(/^Try again in \d sec$/)
    expect(panel.find<HTMLButtonElement>('.problem button').disabled).toBe(true)
    for (let i = 0; i < 80 && label() !== 'Try again'; i++) await panel.settle()
    expect(label()).toBe('Try again')
    expect(panel.find<HTMLButtonElement>('.problem button').disabled).toBe(false)
  })

  it('F6: a clock that is set back meanwhile does not keep the button closed', async () => {
    const clock = createFakeClock()
    const problem = { code: 'rate_limited', retryable: true, retryAt: clock.now() + 3000 } as const
    const panel = await openTestPanel({ phase: 'failed', problem }, { clock })
    await panel.settle()
    clock.jumpWall(-3_600_000)
    for (let second = 0; second < 4; second++) {
      await clock.advance(1_000)
      await panel.settle()
    }
    expect(panel.find('.problem button').textContent).toBe('Try again')
  })

  it('after 30 silent seconds it says that it still waits', async () => {
    const panel = await openTestPanel({
      ...ready,
      messages: [question],
      turn: { phase: 'waiting', turnId: 't', slow: true },
    })
    expect(panel.find('[role=log]').textContent).toContain('taking longer than usual')
  })

  it('offline is said and taken back', async () => {
    const panel = await openTestPanel(talk)
    let online = false
    Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => online })
    window.dispatchEvent(new Event('offline'))
    await panel.settle()
    expect(panel.find('.footer').textContent).toContain('You are offline')
    online = true
    window.dispatchEvent(new Event('online'))
    await panel.settle()
    expect(panel.find('.footer').textContent).not.toContain('You are offline')
  })
})

describe('speed', () => {
  it('of 5,000 messages only the newest are drawn', async () => {
    const messages = Array.from({ length: 5000 }, (_, index) => userMessage({ key: `u${index}`, text: `n${index}` }))
    const panel = await openTestPanel({ ...ready, messages })
    const drawn = [...panel.root.querySelectorAll('.bubble')].map((bubble) => bubble.textContent)
    expect(drawn).toHaveLength(WINDOW_STEP)
    expect(drawn.at(-1)).toBe('n4999')
  })

  it('a growing answer draws itself and no other message', async () => {
    let drawn = 0
    const watched = Object.defineProperty({ ...question }, 'text', {
      get() {
        drawn++
        return 'What now?'
      },
    })
    const grow = (text: string) => ({ messages: [watched, assistantMessage({ key: 'a', text, status: 'streaming' })] })
    const panel = await openTestPanel({ ...streaming, ...grow('Wait') })
    const before = drawn
    for (const text of ['Wait and', 'Wait and see']) {
      panel.store.set(grow(text))
      await panel.settle()
    }
    expect(panel.find('.message.assistant:not(.greeting)').textContent).toContain('Wait and see')
    expect(drawn).toBe(before)
  })

  it('a thousand changes within a frame are one drawing, and other messages keep their nodes', async () => {
    const panel = await openTestPanel(streaming)
    const bubble = panel.find('.bubble')
    const frames = vi.spyOn(globalThis, 'requestAnimationFrame')
    let changes = 0
    const observer = new MutationObserver((records) => {
      changes += records.length
    })
    observer.observe(panel.find('.message.user'), {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    })
    for (let i = 0; i < 1000; i++) {
      panel.store.set({
        messages: [question, assistantMessage({ key: 'a', text: `Wait${'x'.repeat(i)}`, status: 'streaming' })],
      })
    }
    expect(panel.find('.message.assistant:not(.greeting)').textContent).not.toContain('Waitx')
    await panel.settle()
    observer.disconnect()
    expect(panel.find('.message.assistant:not(.greeting)').textContent).toContain(`Wait${'x'.repeat(999)}`)
    expect(frames).toHaveBeenCalledTimes(1)
    expect(panel.find('.bubble')).toBe(bubble)
    expect(changes).toBe(0)
  })
})

describe('destroy', () => {
  it('leaves no node, no listener and no timer', async () => {
    const panel = await openTestPanel({
      ...streaming,
      problem: { code: 'rate_limited', retryable: true, retryAt: Date.now() + 60_000 },
    })
    expect(panel.root.adoptedStyleSheets).not.toEqual([])
    panel.destroy()
    await panel.settle()
    expect(panel.root.innerHTML).toBe('<div></div>')
    expect(panel.store.listeners).toBe(0)
    panel.store.set(talk)
    await panel.settle()
    expect(panel.root.innerHTML).toBe('<div></div>')
  })
})

describe('axe', () => {
  const states: Record<string, Partial<ChatState>> = {
    opening: { phase: 'opening' },
    empty: ready,
    talk: { ...talk, followUps: ['And then?'] },
    streaming,
    failed: { phase: 'failed', problem: { code: 'network', retryable: true } },
    messagesWithProblems: {
      ...ready,
      messages: [
        userMessage({ key: 'u1', status: 'failed', problem: { code: 'network', retryable: true } }),
        userMessage({ key: 'u2', status: 'queued' }),
        assistantMessage({ key: 'a1', status: 'stopped' }),
        assistantMessage({ key: 'a2', status: 'interrupted', text: '' }),
      ],
    },
  }
  for (const [name, state] of Object.entries(states)) {
    it(`finds nothing in ${name}`, async () => {
      const panel = await openTestPanel(state)
      const container = panel.find('.panel')
      // happy-dom has no layout and no flat tree for axe: the panel is looked at in the document, colours in the browser tests.
      document.body.append(container)
      document.documentElement.lang = 'en'
      document.title = 'Test'
      vi.useRealTimers()
      const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })
      expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([])
    })
  }
})
