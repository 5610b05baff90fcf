// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { assistantMessage, userMessage } from '../../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, ready, type TestPanel } from '../../support/test-panel.ts'

beforeEach(() => {
  // The page has a mouse.
  vi.spyOn(globalThis, 'matchMedia').mockReturnValue({ matches: true } as MediaQueryList)
})
afterEach(closeTestPanels)

const question = userMessage({ key: 'u', turnId: 't', text: 'What now?' })
const answer = assistantMessage({ key: 'a', id: 'm', turnId: 't' })
const talk = { ...ready, messages: [question, answer] }
const idle = { phase: 'idle', turnId: undefined, slow: false } as const

describe('a question in other words', () => {
  const editor = (panel: TestPanel) => panel.root.querySelector<HTMLTextAreaElement>('.editor textarea')

  async function edit(panel: TestPanel): Promise<HTMLTextAreaElement> {
    panel.button('Edit').click()
    await panel.settle()
    const field = editor(panel)
    if (!field) throw new Error('no editor')
    return field
  }

  it('is written in its own place, and the field stays until the question has been taken', async () => {
    const panel = await openTestPanel(talk)
    panel.type('half a thought')
    const field = await edit(panel)
    expect([field.value, panel.root.activeElement === field]).toEqual(['What now?', true])
    field.value = ' What then? '
    field.dispatchEvent(new Event('input', { bubbles: true }))
    await panel.settle()
    panel.press('Enter', {}, field)
    await panel.settle()
    expect(panel.store.calls).toEqual([['retry', 'u', { text: 'What then?', attachments: [] }]])
    // Not taken: nothing that was written is lost.
    expect(editor(panel)?.value).toBe(' What then? ')
    panel.store.set({
      messages: [userMessage({ key: 'u', text: 'What then?', status: 'sending' })],
      turn: { ...idle, phase: 'waiting' },
    })
    await panel.settle()
    expect([editor(panel), panel.find('.bubble').textContent]).toEqual([null, 'What then?'])
    panel.store.set({ messages: [userMessage({ key: 'u', text: 'What then?' }), answer], turn: idle })
    await panel.settle()
    expect(editor(panel)).toBe(null)
    expect(panel.find<HTMLTextAreaElement>('.composer textarea').value).toBe('half a thought')
  })

  it('Escape gives it up without closing the panel; half a word of an input method is not sent', async () => {
    const panel = await openTestPanel(talk)
    const field = await edit(panel)
    panel.press('Enter', { isComposing: true }, field)
    panel.press('Escape', {}, field)
    await panel.settle()
    expect([editor(panel), panel.store.calls]).toEqual([null, []])
    expect(panel.props.onClose).not.toHaveBeenCalled()
  })

  it('is offered for the newest question alone, and not while an answer is under way', async () => {
    const older = [userMessage({ key: 'u0' }), assistantMessage({ key: 'a0' })]
    const panel = await openTestPanel({ ...talk, messages: [...older, ...talk.messages] })
    const pencils = () => panel.root.querySelectorAll('.bubble button').length
    expect(pencils()).toBe(1)
    panel.store.set({ turn: { phase: 'streaming', turnId: 't', slow: false } })
    await panel.settle()
    expect(pencils()).toBe(0)
  })
})

describe('a bad answer', () => {
  const disliked = { ...talk, messages: [question, { ...answer, feedback: 'unlike' as const }] }

  it('may be explained, by reasons and in words, once', async () => {
    const panel = await openTestPanel(disliked)
    panel.button('Incorrect').click()
    panel.button('Hard to follow').click()
    await panel.settle()
    panel.button('Incorrect').click()
    await panel.settle()
    panel.find<HTMLTextAreaElement>('.why textarea').value = ' too long '
    panel.find('.why .main').click()
    await panel.settle()
    expect(panel.store.calls).toEqual([['rate', 'a', 'unlike', { reasons: ['Hard to follow'], comment: 'too long' }]])
    expect(panel.find('.why [role=status]').textContent).toBe('Thank you for your feedback.')
    expect(panel.queryButton('Incorrect')).toBe(undefined)
  })

  it('need not be: Skip and Escape send nothing and leave the panel open', async () => {
    const panel = await openTestPanel(disliked)
    panel.press('Escape', {}, panel.find('.why textarea'))
    await panel.settle()
    expect([panel.queryButton('Skip'), panel.store.calls]).toEqual([undefined, []])
    expect(panel.props.onClose).not.toHaveBeenCalled()
  })

  it('a liked one is not asked about', async () => {
    const panel = await openTestPanel({ ...talk, messages: [question, { ...answer, feedback: 'like' }] })
    expect(panel.root.querySelector('.why')).toBe(null)
  })
})

describe('a voice', () => {
  const speaking = { ...talk, agent: ready.agent && { ...ready.agent, voice: true } }

  it('reads an answer without its marks; an agent without one has no such button', async () => {
    class SilentAudio extends EventTarget {
      play = async () => {}
      pause() {}
      removeAttribute() {}
    }
    vi.stubGlobal('Audio', SilentAudio)
    const messages = [question, { ...answer, text: 'A **bold** [word](https://x.example).' }]
    const panel = await openTestPanel({ ...speaking, messages })
    panel.button('Read aloud').click()
    await vi.waitFor(() => expect(panel.store.calls).toEqual([['speak', 'A bold word.']]))
    await panel.settle()
    panel.button('Stop reading aloud').click()
    await panel.settle()
    expect(panel.button('Read aloud')).toBeTruthy()
    expect((await openTestPanel(talk)).queryButton('Read aloud')).toBe(undefined)
  })

  it('takes a microphone where the browser has one', async () => {
    expect((await openTestPanel(speaking)).queryButton('Speak your message')).toBe(undefined)
    vi.stubGlobal('isSecureContext', true)
    vi.stubGlobal('MediaRecorder', class {})
    vi.stubGlobal('OfflineAudioContext', class {})
    Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: () => {} }, configurable: true })
    expect((await openTestPanel(speaking)).button('Speak your message')).toBeTruthy()
    expect((await openTestPanel(talk)).queryButton('Speak your message')).toBe(undefined)
    Reflect.deleteProperty(navigator, 'mediaDevices')
  })
})

describe('shortcuts', () => {
  const shortcut = (id: string, name: string, template: string) => ({
    id,
    name,
    command: `/${name}`,
    description: '',
    template,
  })
  const shortcuts = [shortcut('1', 'orders', 'Where is {{order}}?'), shortcut('2', 'brew', 'How do I brew it?')]
  const state = { ...ready, agent: ready.agent && { ...ready.agent, shortcuts } }
  const options = (panel: TestPanel) =>
    [...panel.root.querySelectorAll('[role=option]')].map((node) => node.textContent)

  it('open with a slash, are found by typing, and fill the field with the first gap selected', async () => {
    const panel = await openTestPanel(state)
    panel.type('/')
    await panel.settle()
    expect(options(panel)).toHaveLength(2)
    panel.type('/ord')
    await panel.settle()
    expect(options(panel)).toEqual(['orders/orders'])
    expect(panel.press('Enter').defaultPrevented).toBe(true)
    await panel.settle()
    const field = panel.find<HTMLTextAreaElement>('textarea')
    expect(field.value).toBe('Where is {{order}}?')
    expect(field.value.slice(field.selectionStart, field.selectionEnd)).toBe('{{order}}')
    expect([options(panel), panel.store.calls]).toEqual([[], []])
    expect(field.hasAttribute('aria-activedescendant')).toBe(false)
  })

  it('arrows go round, the field points at the active one, Escape closes the list alone', async () => {
    const panel = await openTestPanel(state)
    panel.type('/')
    await panel.settle()
    panel.press('ArrowUp')
    await panel.settle()
    const active = panel.find('textarea').getAttribute('aria-activedescendant')
    expect(panel.find(`#${active}`).getAttribute('aria-selected')).toBe('true')
    expect(panel.find(`#${active}`).textContent).toContain('brew')
    panel.press('Escape')
    await panel.settle()
    expect(options(panel)).toEqual([])
    expect(panel.props.onClose).not.toHaveBeenCalled()
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe('/')
  })

  it('keep what was typed, and leave other words that begin with a slash alone', async () => {
    const panel = await openTestPanel(state)
    panel.type('Please:')
    await panel.settle()
    panel.button('Shortcuts').click()
    await panel.settle()
    panel.find('[role=option]:last-child').click()
    await panel.settle()
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe('Please:\nHow do I brew it?')
    panel.type('/nothing of the kind')
    await panel.settle()
    panel.press('Enter')
    expect(panel.store.calls).toEqual([['send', { text: '/nothing of the kind', attachments: [] }]])
  })
})
