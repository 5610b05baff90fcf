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
  expect(names).toEqual(['New conversation', 'New topic in this conversation', 'Save conversation', 'Delete conversation'])
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

it('where nothing was said there is nothing to do', async () => {
  const panel = await openTestPanel(ready)
  expect(panel.button('More options').disabled).toBe(true)
})
