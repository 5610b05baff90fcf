// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ChatState } from '../../../src/chat/chat-state.ts'
import { assistantMessage, userMessage } from '../../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, type PanelProps, ready, type TestPanel } from '../../support/test-panel.ts'

beforeEach(() => {
  vi.spyOn(globalThis, 'matchMedia').mockReturnValue({ matches: true } as MediaQueryList)
})
afterEach(closeTestPanels)

const SECRET = 'my private words'
const answer = assistantMessage({ key: 'a', id: 'm1', turnId: 't' })
const talk: Partial<ChatState> = {
  ...ready,
  messages: [userMessage({ key: 'u', turnId: 't', text: SECRET }), answer],
  conversations: { items: [{ id: 'c2', title: SECRET, updatedAt: 0 }], hasMore: false, loading: false },
}

async function open(state: Partial<ChatState> = talk, props: Partial<PanelProps> = {}) {
  const emit = vi.fn()
  const panel = await openTestPanel(state, { ...props, emit })
  await panel.settle()
  return { panel, told: () => emit.mock.calls as unknown[][] }
}

async function press(panel: TestPanel, ...names: string[]) {
  for (const name of names) {
    panel.button(name).click()
    await panel.settle()
  }
}

describe('what the page hears of a visitor', () => {
  it('a suggestion: which, and its words only where they are the owner’s or the agent’s', async () => {
    const suggestions = ['Prices', { label: 'Orders', icon: '📦', prompt: 'Where is my order?' }]
    const { panel, told } = await open(ready, { suggestions })
    const chips = [...panel.root.querySelectorAll<HTMLElement>('.chip')]
    expect(chips.map((chip) => chip.textContent)).toEqual(['Prices', '📦 Orders'])
    chips[1]?.click()
    expect(told()).toEqual([['suggestion', { kind: 'opening', index: 1, label: 'Orders' }]])
    expect(panel.store.calls).toEqual([['send', 'Where is my order?']])
    panel.store.set({ ...talk, followUps: [`More about ${SECRET}?`] })
    await panel.settle()
    panel.find('.chip').click()
    expect(told()[1]).toEqual(['suggestion', { kind: 'followUp', index: 0 }])
  })

  it('an icon of a suggestion may be an image', async () => {
    const { panel } = await open(ready, { suggestions: [{ label: 'Orders', icon: '/box.svg' }] })
    expect(panel.find<HTMLImageElement>('.chip img').getAttribute('src')).toBe('/box.svg')
    expect(panel.find('.chip').textContent).toBe('Orders')
    panel.find('.chip img').dispatchEvent(new Event('error'))
    expect(panel.find('.chip img').hidden).toBe(true)
  })

  it('feedback: the thumb, taken back or not, and the reasons without the comment', async () => {
    const { panel, told } = await open()
    await press(panel, 'Good answer')
    panel.store.set({ messages: [{ ...answer, feedback: 'like' }] })
    await panel.settle()
    await press(panel, 'Good answer')
    panel.store.set({ messages: [{ ...answer, feedback: 'unlike' }] })
    await panel.settle()
    await press(panel, 'Incorrect', 'Hard to follow')
    panel.find<HTMLTextAreaElement>('.why textarea').value = SECRET
    panel.find('.why .main').click()
    expect(told()).toEqual([
      ['feedback', { rating: 'like', messageId: 'm1' }],
      ['feedback', { rating: 'none', messageId: 'm1' }],
      ['feedback', { rating: 'unlike', messageId: 'm1', reasons: ['wrong', 'unclear'], commented: true }],
    ])
  })

  it('conversations: what was done with which, without its title', async () => {
    const { panel, told } = await open()
    await press(panel, 'New conversation', 'Conversations', `Rename: ${SECRET}`)
    panel.find<HTMLInputElement>('.drawer input').value = `new ${SECRET}`
    await press(panel, 'Save', `Delete: ${SECRET}`, 'Delete', 'Back to chat')
    await press(panel, 'More options', 'New topic in this conversation', 'Conversations')
    panel.find('.drawer .open').click()
    expect(told()).toEqual([
      ['conversation', { action: 'new', id: undefined }],
      ['conversation', { action: 'rename', id: 'c2' }],
      ['conversation', { action: 'delete', id: 'c2' }],
      ['conversation', { action: 'clear', id: 'c1' }],
      ['conversation', { action: 'open', id: 'c2' }],
    ])
  })

  it('a link of an answer: its address without what may hold words of the visitor’s', async () => {
    const text = `See [this](https://shop.example/a/b?q=${encodeURIComponent(SECRET)}#x) or [write](mailto:a@b.example?body=x).`
    const { panel, told } = await open({ ...ready, messages: [assistantMessage({ key: 'a', text })] })
    for (const link of panel.root.querySelectorAll<HTMLElement>('.markdown a')) {
      link.addEventListener('click', (event) => event.preventDefault())
      link.click()
    }
    panel.find('.markdown p').click()
    expect(told()).toEqual([
      ['link', { url: 'https://shop.example/a/b' }],
      ['link', { url: 'mailto:' }],
    ])
  })

  it('none of it holds a word of theirs', async () => {
    const { panel, told } = await open({ ...talk, followUps: [SECRET] })
    panel.find('.chip').click()
    await press(panel, 'Bad answer', 'New conversation', 'Conversations')
    panel.find('.drawer .open').click()
    expect(told().length).toBeGreaterThan(3)
    expect(JSON.stringify(told())).not.toContain(SECRET)
  })
})
