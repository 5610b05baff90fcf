// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { CozeChatElement } from '../../../src/element/coze-chat-element.ts'
import type { ChatWidgetOptions } from '../../../src/options/widget-options.ts'
import {
  AGENT,
  clearPage,
  createFakeWidget,
  type FakeWidget,
  placeElement,
  serveWidget,
  settle,
  watchConsole,
} from '../support.ts'

let widget: FakeWidget
beforeEach(() => {
  widget = createFakeWidget()
  serveWidget(async () => widget.module)
})
afterEach(clearPage)

/** What an owner writes from JavaScript, where no type holds them back. */
const REFUSED = { ...AGENT, consent: 5 } as unknown as ChatWidgetOptions

/** A chat in the page, and what its owner has read of it. */
async function placeRefused(): Promise<{ element: CozeChatElement; told: () => string[] }> {
  const { errors } = watchConsole()
  const element = placeElement({ ...REFUSED, inline: true })
  await settle()
  return { element, told: () => errors.mock.calls.map(([first]) => String(first)) }
}

const failure = ({ shadowRoot }: CozeChatElement) => shadowRoot?.querySelector('[role=alert]') ?? undefined

it('options that were refused and are mended begin the chat by themselves', async () => {
  const { element, told } = await placeRefused()
  expect(failure(element)).toBeDefined()
  expect(element.chat.state.status).toBe('failed')
  element.chat.setOptions({ consent: '' })
  await settle()
  expect(failure(element)).toBeUndefined()
  expect(element.chat.state.status).toBe('ready')
  expect([widget.cores.length, told().length]).toEqual([1, 1])
  element.chat.setOptions({ title: 'Help' })
  expect(widget.calls).toEqual(['opened', 'setOptions Help'])
})

it('the same fault is told once, however often a page sets its options, and nothing on the screen moves', async () => {
  const { element, told } = await placeRefused()
  const before = failure(element)
  for (const title of ['A', 'B', 'C']) {
    element.options = { ...REFUSED, inline: true, title }
    await settle()
  }
  expect(told()).toHaveLength(1)
  expect(failure(element)).toBe(before)
  expect(element.chat.state.status).toBe('failed')
})

it('another fault is told as well', async () => {
  const { element, told } = await placeRefused()
  element.chat.setOptions({ consent: '', tokenUrl: 'pat_of_the_owner' })
  await settle()
  expect(told()).toEqual([expect.stringMatching(/consent/), expect.stringMatching(/insecure_token/)])
})

it('a file that did not come is not asked for again by a change of options', async () => {
  watchConsole()
  const load = vi.fn(() => Promise.reject(new TypeError('Failed to fetch')))
  serveWidget(load)
  const element = placeElement({ ...AGENT, inline: true })
  await settle()
  const asked = load.mock.calls.length
  element.chat.setOptions({ title: 'Help' })
  await settle()
  expect(load).toHaveBeenCalledTimes(asked)
  expect(failure(element)).toBeDefined()
})

it('a chat that has left the page meanwhile does not begin', async () => {
  const { element } = await placeRefused()
  element.chat.setOptions({ consent: '' })
  element.chat.destroy()
  await settle()
  expect(widget.cores).toEqual([])
})
