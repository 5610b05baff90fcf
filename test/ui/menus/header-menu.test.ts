// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest'
import { assistantMessage, userMessage } from '../../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, ready, type TestPanel } from '../../support/test-panel.ts'

afterEach(closeTestPanels)

const talk = { ...ready, messages: [userMessage({ key: 'q' }), assistantMessage({ key: 'a' })] }

async function openMenu(state = talk): Promise<TestPanel> {
  const panel = await openTestPanel(state)
  panel.button('More options').click()
  await panel.settle()
  return panel
}
const focused = ({ root }: TestPanel) => root.activeElement?.textContent ?? ''
const press = (panel: TestPanel, key: string) => panel.press(key, {}, panel.root.activeElement as HTMLElement)

it('the menu opens with the focus in it, and arrows, Home and End go round', async () => {
  const panel = await openMenu()
  expect(panel.find('[role=menu]').getAttribute('aria-label')).toBe('More options')
  expect(panel.button('More options').getAttribute('aria-expanded')).toBe('true')
  const names = [...panel.root.querySelectorAll('[role=menuitem]')].map(({ textContent }) => textContent)
  expect(names).toEqual([
    'New conversation',
    'New topic in this conversation',
    'Save conversation',
    'Delete conversation',
  ])
  const first = focused(panel)
  press(panel, 'End')
  expect(focused(panel)).toBe('Delete conversation')
  press(panel, 'ArrowDown')
  expect(focused(panel)).toBe(first)
  press(panel, 'ArrowUp')
  expect(focused(panel)).toBe('Delete conversation')
})

it('Escape closes the menu and not the chat, and the focus is where it was', async () => {
  const panel = await openMenu()
  press(panel, 'Escape')
  await panel.settle()
  expect(panel.root.querySelector('[role=menu]')).toBeNull()
  expect(panel.root.activeElement).toBe(panel.button('More options'))
  expect(panel.props.onClose).not.toHaveBeenCalled()
})

it('a press outside closes the menu', async () => {
  const panel = await openMenu()
  panel.find('[role=log]').dispatchEvent(new Event('pointerdown', { bubbles: true, composed: true }))
  await panel.settle()
  expect(panel.root.querySelector('[role=menu]')).toBeNull()
})

it('a conversation is deleted only after a second word, and that can be taken back', async () => {
  const panel = await openMenu()
  const remove = () => [...panel.root.querySelectorAll<HTMLElement>('[role=menuitem]')].at(-1)
  remove()?.click()
  await panel.settle()
  expect(panel.find('[role=alertdialog]').textContent).toContain('Delete for good?')
  expect(focused(panel)).toBe('Cancel')
  panel.button('Cancel').click()
  await panel.settle()
  expect(panel.store.calls).toEqual([])
  panel.button('More options').click()
  await panel.settle()
  remove()?.click()
  await panel.settle()
  panel.button('Delete').click()
  expect(panel.store.calls).toEqual([['deleteConversation', 'c1']])
})

it('a new topic is drawn at once with a way back', async () => {
  const panel = await openMenu()
  const [, topic] = panel.root.querySelectorAll<HTMLElement>('[role=menuitem]')
  topic?.click()
  expect(panel.store.calls).toEqual([['clearContext']])
  panel.store.set({ newTopic: true })
  await panel.settle()
  expect([...panel.root.querySelectorAll('.divider')].at(-1)?.textContent).toBe('New topicUndo')
  panel.button('Undo').click()
  expect(panel.store.calls.at(-1)).toEqual(['keepContext'])
})

const headerOf = ({ root }: TestPanel) =>
  [...root.querySelectorAll('.header button')].map((button) => button.getAttribute('aria-label'))

it('where nothing was said there is no button for it; those that come with the first words move no other', async () => {
  const panel = await openTestPanel(ready)
  const still = ['Conversations', 'Larger window', 'Close chat']
  expect(headerOf(panel)).toEqual(still)
  panel.store.set(talk)
  await panel.settle()
  expect(headerOf(panel)).toEqual(['New conversation', 'More options', ...still])
})

it('while another conversation is on its way nothing goes from the header, and nothing can be done with what is not there', async () => {
  const panel = await openTestPanel(talk)
  const before = headerOf(panel)
  panel.store.set({ phase: 'opening', messages: [] })
  await panel.settle()
  expect(headerOf(panel)).toEqual(before)
  expect([panel.button('New conversation').disabled, panel.button('More options').disabled]).toEqual([true, true])
  panel.store.set(ready)
  await panel.settle()
  expect(headerOf(panel)).not.toContain('More options')
})

it('whoever is told of answers can end that before the first word', async () => {
  const panel = await openTestPanel(ready, { notify: 'sound' })
  panel.button('More options').click()
  await panel.settle()
  const names = [...panel.root.querySelectorAll('[role^=menuitem]')].map(({ textContent }) => textContent)
  expect(names).toEqual(['Notify me of new answers'])
})
