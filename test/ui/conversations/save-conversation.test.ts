import { expect, it } from 'vitest'
import { initialChatState } from '../../../src/chat/chat-state.ts'
import { fileName, loadWhole, toMarkdown } from '../../../src/ui/conversations/save-conversation.ts'
import { assistantMessage, createFakeChatStore, userMessage } from '../../support/fake-chat-store.ts'
import fc from '../../support/fast-check.ts'
import { ready } from '../../support/test-panel.ts'

const at = (text: string) => new Date(text).getTime()
const writing = { strings: { you: 'You', assistant: 'Assistant' }, lang: 'de' }
const file = (name: string, url: string | undefined) => ({
  kind: 'file' as const,
  name,
  sizeBytes: 1,
  mimeType: undefined,
  url,
  fileId: 'f',
})

it('writes who said what and when, day by day, with links to the files', () => {
  const messages = [
    userMessage({
      key: '1',
      text: 'Where is it?',
      createdAt: at('2026-03-01T09:05:00'),
      attachments: [file('a [1].pdf', 'https://files.example/a.pdf?x=1'), file('b.pdf', 'blob:https://site/1')],
    }),
    assistantMessage({ key: '2', text: 'In **Hamburg**.\n\n- dock 4\n', createdAt: at('2026-03-01T09:06:00') }),
    userMessage({ key: '3', text: 'And now?', createdAt: at('2026-03-02T18:00:00') }),
    userMessage({ key: '4', text: 'Not asked yet', status: 'queued', createdAt: at('2026-03-02T18:01:00') }),
  ]
  expect(toMarkdown({ ...initialChatState, ...ready, messages }, writing)).toBe(`# Harbour

## 2026-03-01

**You** · 9:05

Where is it?

- [a \\[1\\].pdf](<https://files.example/a.pdf?x=1>)
- b.pdf

**Harbour** · 9:06

In **Hamburg**.

- dock 4

## 2026-03-02

**You** · 18:00

And now?
`)
})

it('a script is no link', () => {
  const messages = [userMessage({ key: '1', attachments: [file('x', 'javascript:alert(1)')] })]
  expect(toMarkdown({ ...initialChatState, messages }, writing)).toContain('\n- x\n')
})

it('no name of an agent makes a file name that a file system refuses or reads as something else', () => {
  const now = at('2026-11-22T12:00:00')
  expect(fileName('Harbour Coffee ☕', now)).toBe('Harbour Coffee ☕ 2026-11-22.md')
  expect(fileName('小助手', now)).toBe('小助手 2026-11-22.md')
  expect(fileName('../../etc/passwd', now)).toBe('etc passwd 2026-11-22.md')
  expect(fileName('gpj\u202eexe.', now)).toBe('gpj exe 2026-11-22.md')
  expect(fileName('', now)).toBe('chat 2026-11-22.md')
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (name) => {
      const made = fileName(name, now)
      expect(made).toMatch(/^[^\p{C}\\/:*?"<>|.~\s][^\p{C}\\/:*?"<>|.]* 2026-11-22\.md$/u)
      expect(new TextEncoder().encode(made).length).toBeLessThan(255)
    }),
  )
})

it('fetches every page before it writes, and says so when one does not come', async () => {
  const pages = [['3'], ['2'], ['1']]
  const store = createFakeChatStore({ ...ready, hasOlder: true })
  const fetching = {
    ...store,
    getState: store.getState,
    async loadOlder() {
      const [key] = pages.shift() ?? []
      if (key === undefined) return
      store.set({ messages: [userMessage({ key }), ...store.getState().messages], hasOlder: pages.length > 0 })
    },
  }
  expect(await loadWhole(fetching)).toBe(true)
  expect(store.getState().messages.map(({ key }) => key)).toEqual(['1', '2', '3'])
  store.set({ hasOlder: true })
  expect(await loadWhole(fetching)).toBe(false)
})

it('does not write half of two conversations when another one was opened meanwhile', async () => {
  const store = createFakeChatStore({ ...ready, hasOlder: true })
  const switching = {
    ...store,
    getState: store.getState,
    loadOlder: async () => store.set({ conversationId: 'other' }),
  }
  expect(await loadWhole(switching)).toBe(false)
})
