// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { assistantMessage, userMessage } from '../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, ready } from '../support/test-panel.ts'

afterEach(closeTestPanels)

const sent = (text: string) => ['send', { text, attachments: [] }]

describe('sending', () => {
  it('Enter sends the trimmed words and empties the field', async () => {
    const panel = await openTestPanel()
    panel.type('  hello ')
    await panel.settle()
    const event = panel.press('Enter')
    await panel.settle()
    expect(event.defaultPrevented).toBe(true)
    expect(panel.store.calls).toEqual([sent('hello')])
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe('')
  })

  it('Shift+Enter is left to the field, for a new line', async () => {
    const panel = await openTestPanel()
    panel.type('hello')
    await panel.settle()
    expect(panel.press('Enter', { shiftKey: true }).defaultPrevented).toBe(false)
    expect(panel.store.calls).toEqual([])
  })

  it('blank words are not sent, and the button says so', async () => {
    const panel = await openTestPanel()
    panel.type('  \n ')
    await panel.settle()
    panel.press('Enter')
    expect(panel.button('Send').disabled).toBe(true)
    expect(panel.store.calls).toEqual([])
  })

  it('the field is 16 px where a finger is the pointer, so that no phone zooms in', async () => {
    const css = await import('node:fs').then((fs) => fs.readFileSync('src/ui/seldom.css', 'utf8'))
    expect(css.slice(css.indexOf('(pointer: coarse)'))).toMatch(/\.field \{\s*font-size: 16px;/)
  })
})

describe('input methods', () => {
  it('an Enter of a composition does not send', async () => {
    const panel = await openTestPanel()
    panel.type('你好')
    await panel.settle()
    panel.press('Enter', { isComposing: true })
    expect(panel.store.calls).toEqual([])
  })

  it('an Enter with key code 229 does not send: Safari reports it after the composition ended', async () => {
    const panel = await openTestPanel()
    panel.type('你好')
    await panel.settle()
    panel.press('Enter', { keyCode: 229 })
    expect(panel.store.calls).toEqual([])
  })

  it('an Enter in the same tick as the end of a composition does not send, the next one does', async () => {
    const panel = await openTestPanel()
    const input = panel.find('textarea')
    input.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }))
    panel.type('你好')
    await panel.settle()
    input.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }))
    panel.press('Enter')
    expect(panel.store.calls).toEqual([])
    await panel.settle()
    panel.press('Enter')
    expect(panel.store.calls).toEqual([sent('你好')])
  })
})

describe('nothing typed is lost', () => {
  it('each conversation keeps its own draft', async () => {
    const panel = await openTestPanel()
    panel.type('for the first')
    await panel.settle()
    panel.store.set({ conversationId: 'c2' })
    await panel.settle()
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe('')
    panel.store.set({ conversationId: 'c1' })
    await panel.settle()
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe('for the first')
  })

  it('words typed while the chat opens go along into the conversation', async () => {
    const panel = await openTestPanel({ phase: 'opening' })
    panel.type('early bird')
    await panel.settle()
    panel.store.set(ready)
    await panel.settle()
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe('early bird')
  })

  it('F24: after a reset for another visitor no draft of the last one is left', async () => {
    const panel = await openTestPanel()
    panel.type('a secret')
    await panel.settle()
    panel.store.set({ phase: 'idle', conversationId: undefined })
    panel.update({ ...panel.props, visit: 1 })
    await panel.settle()
    panel.store.set(ready)
    await panel.settle()
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe('')
    expect(panel.root.innerHTML).not.toContain('a secret')
  })

  it('Edit puts the question before what is typed already, in the conversation that is open now', async () => {
    const panel = await openTestPanel({ phase: 'opening' })
    panel.store.set({ ...ready, messages: [userMessage({ key: 'u', text: 'first', status: 'queued' })] })
    await panel.settle()
    panel.type('second')
    await panel.settle()
    panel.store.answer('withdraw', async () => ({ text: 'first', attachments: [] }))
    panel.button('Edit').click()
    await panel.settle()
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe('first\nsecond')
  })

  it('Edit takes a failed question back into the field', async () => {
    const panel = await openTestPanel({
      ...ready,
      messages: [
        userMessage({
          key: 'u',
          text: 'too long',
          status: 'failed',
          problem: { code: 'input_too_long', retryable: false },
        }),
      ],
    })
    panel.store.answer('withdraw', async () => ({ text: 'too long', attachments: [] }))
    panel.button('Edit').click()
    await panel.settle()
    expect(panel.store.calls).toEqual([['withdraw', 'u']])
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe('too long')
  })
})

describe('while an answer is under way', () => {
  const streaming = {
    ...ready,
    messages: [userMessage({ key: 'u' }), assistantMessage({ key: 'a', status: 'streaming' as const })],
    turn: { phase: 'streaming' as const, turnId: 't', slow: false },
  }

  it('the button stops it', async () => {
    const panel = await openTestPanel(streaming)
    expect(panel.queryButton('Send')).toBeUndefined()
    panel.button('Stop answering').click()
    expect(panel.store.calls).toEqual([['stop']])
  })

  it('what is typed can be sent all the same, to wait for its turn', async () => {
    const panel = await openTestPanel(streaming)
    panel.type('and another thing')
    await panel.settle()
    expect(panel.queryButton('Stop answering')).toBeDefined()
    panel.button('Send').click()
    await panel.settle()
    expect(panel.store.calls).toEqual([sent('and another thing')])
  })
})

describe('files', () => {
  const file = (name: string, type = 'text/plain') => new File(['x'], name, { type })
  const paste = (target: HTMLElement, files: File[]) => {
    const event = new Event('paste', { bubbles: true, cancelable: true })
    Object.defineProperty(event, 'clipboardData', { value: { files } })
    target.dispatchEvent(event)
    return event
  }

  it('a pasted file is uploaded, shown, and goes out with the question once it has arrived', async () => {
    const panel = await openTestPanel()
    const attachment = {
      kind: 'file' as const,
      name: 'a.txt',
      sizeBytes: 1,
      mimeType: undefined,
      url: undefined,
      fileId: 'f1',
    }
    let arrive = () => {}
    panel.store.answer('upload', () => new Promise((resolve) => (arrive = () => resolve(attachment))))
    expect(paste(panel.find('textarea'), [file('a.txt')]).defaultPrevented).toBe(true)
    await panel.settle()
    expect(panel.find('.tray').textContent).toContain('a.txt')
    panel.type('see file')
    await panel.settle()
    expect(panel.button('Send').disabled).toBe(true)
    arrive()
    await panel.settle()
    panel.button('Send').click()
    await panel.settle()
    expect(panel.store.calls.at(-1)).toEqual(['send', { text: 'see file', attachments: [attachment] }])
    expect(panel.root.querySelector('.tray')).toBeNull()
  })

  it('pasted text is left to the field', async () => {
    const panel = await openTestPanel()
    expect(paste(panel.find('textarea'), []).defaultPrevented).toBe(false)
  })
})
