// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { assistantMessage, userMessage } from '../../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, ready, type TestPanel } from '../../support/test-panel.ts'

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

  it('an Enter right behind the last key, before it has been drawn, sends what stands in the field', async () => {
    const panel = await openTestPanel()
    panel.type('hello')
    panel.press('Enter')
    await panel.settle()
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
    const css = await import('node:fs').then((fs) => fs.readFileSync('src/element/first-frame.css', 'utf8'))
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

  it('an Enter right after the end of a composition sends, however busy the page is: it is the visitor’s own', async () => {
    const panel = await openTestPanel()
    const input = panel.find('textarea')
    input.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }))
    panel.type('你好')
    await panel.settle()
    input.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }))
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
  const transfer = (
    type: string,
    property: string,
    target: HTMLElement,
    files: File[],
    data: Record<string, string>,
  ) => {
    const event = new Event(type, { bubbles: true, cancelable: true })
    const types = [...Object.keys(data), ...(files.length > 0 ? ['Files'] : [])]
    Object.defineProperty(event, property, { value: { files, types, getData: (kind: string) => data[kind] ?? '' } })
    target.dispatchEvent(event)
    return event
  }
  const paste = (target: HTMLElement, files: File[], data: Record<string, string> = {}) =>
    transfer('paste', 'clipboardData', target, files, data)
  const drop = async (panel: TestPanel, files: File[], data: Record<string, string> = {}) => {
    transfer('dragover', 'dataTransfer', panel.find('.panel'), files, data)
    await panel.settle()
    const event = transfer('drop', 'dataTransfer', panel.find('.panel'), files, data)
    await panel.settle()
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

  const picture = file('image.png', 'image/png')
  /** What comes with files and is meant itself. */
  const words = [
    ['cells of a spreadsheet', [picture], { 'text/plain': 'a\tb\n1\t2\n', 'text/html': '<table></table>' }],
    ['a paragraph with a picture in it', [picture], { 'text/plain': 'See image.png for the plan' }],
    ['a cell whose words have a slash', [picture], { 'text/plain': 'and/or' }],
    ['cells of which one names the picture', [picture], { 'text/plain': 'image.png\n12' }],
  ] as const
  /** What comes with files and only says what they are. */
  const files = [
    ['the name', [file('plan.pdf')], { 'text/plain': 'plan.pdf' }],
    ['the names', [file('a.pdf'), file('b.pdf')], { 'text/plain': 'a.pdf\rb.pdf' }],
    ['a path', [file('my plan.pdf')], { 'text/plain': '/home/ann/my plan.pdf\n' }],
    ['a path of Windows', [file('plan.pdf')], { 'text/plain': 'C:\\Users\\ann\\plan.pdf' }],
    ['an address', [file('my plan.pdf')], { 'text/plain': 'file:///home/ann/my%20plan.pdf' }],
    ['an address with a query', [file('a.png', 'image/png')], { 'text/plain': 'https://shop.example/a.png?w=2' }],
    ['a broken address', [file('%E0.png', 'image/png')], { 'text/plain': 'https://shop.example/%E0.png' }],
    [
      'the address of what a picture leads to',
      [picture],
      { 'text/plain': 'https://shop.example/hat', 'text/uri-list': 'https://shop.example/hat' },
    ],
    ['no words, only a page', [picture], { 'text/html': '<img src="a.png">' }],
    ['blank words', [picture], { 'text/plain': ' \n' }],
  ] as const

  it.each(words)('F100: text wins over the picture of it: %s is pasted into the field', async (_what, given, data) => {
    const panel = await openTestPanel()
    expect(paste(panel.find('textarea'), [...given], data).defaultPrevented).toBe(false)
    await panel.settle()
    expect(panel.store.calls).toEqual([])
    expect(panel.root.querySelector('.tray')).toBeNull()
  })

  it.each(words)('F100: text wins over the picture of it: %s is dropped into the field', async (_what, given, data) => {
    const panel = await openTestPanel()
    panel.type('typed before')
    await panel.settle()
    expect((await drop(panel, [...given], data)).defaultPrevented).toBe(true)
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe(`typed before\n${data['text/plain']}`)
    expect(panel.store.calls).toEqual([])
    expect(panel.root.querySelector('.tray, .drop')).toBeNull()
  })

  it.each(files)('F100: files are taken where the text only says what they are: %s', async (_what, given, data) => {
    const panel = await openTestPanel()
    expect(paste(panel.find('textarea'), [...given], data).defaultPrevented).toBe(true)
    await panel.settle()
    expect(panel.store.calls.map(([name]) => name)).toEqual(given.map(() => 'upload'))
    await drop(panel, [...given], data)
    expect(panel.store.calls.length).toBe(2 * given.length)
    expect(panel.find<HTMLTextAreaElement>('textarea').value).toBe('')
  })
})
