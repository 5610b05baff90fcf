import { type AssistantMessage, type ChatState, initialChatState, type UserMessage } from '../../src/chat/chat-state.ts'
import type { ChatStore } from '../../src/chat/chat-store.ts'

/** A store that does nothing by itself: the test sets the state, and reads what the store was asked to do. */
export interface FakeChatStore extends ChatStore {
  /** What was called, in order: name and arguments. */
  readonly calls: readonly (readonly [name: string, ...args: unknown[]])[]
  set(part: Partial<ChatState>): void
  readonly listeners: number
  /** Replaces what a method returns; the call is recorded all the same. */
  answer<Name extends 'upload' | 'withdraw'>(name: Name, answer: ChatStore[Name]): void
}

export function createFakeChatStore(initial: Partial<ChatState> = {}): FakeChatStore {
  let state: ChatState = { ...initialChatState, ...initial }
  const listeners = new Set<() => void>()
  const calls: (readonly [string, ...unknown[]])[] = []
  const answers: Partial<Pick<ChatStore, 'upload' | 'withdraw'>> = {}
  const record =
    (name: string) =>
    async (...args: unknown[]) => {
      calls.push([name, ...args])
    }
  return {
    calls,
    set(part) {
      state = { ...state, ...part }
      for (const listener of listeners) listener()
    },
    get listeners() {
      return listeners.size
    },
    answer(name, answer) {
      answers[name] = answer
    },
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    open: record('open'),
    send: record('send'),
    stop: () => void calls.push(['stop']),
    retry: record('retry'),
    regenerate: record('regenerate'),
    async withdraw(messageKey) {
      calls.push(['withdraw', messageKey])
      return answers.withdraw?.(messageKey)
    },
    loadOlder: record('loadOlder'),
    newConversation: record('newConversation'),
    clearContext: record('clearContext'),
    keepContext: record('keepContext'),
    loadConversations: record('loadConversations'),
    openConversation: record('openConversation'),
    renameConversation: record('renameConversation'),
    deleteConversation: record('deleteConversation'),
    async deleteAllConversations() {
      calls.push(['deleteAllConversations'])
      return 0
    },
    rate: record('rate'),
    upload(file, onProgress, signal) {
      calls.push(['upload', file.name])
      return answers.upload?.(file, onProgress, signal) ?? new Promise(() => {})
    },
    async transcribe(audio) {
      calls.push(['transcribe', audio.type])
      return 'spoken words'
    },
    async speak(text) {
      calls.push(['speak', text])
      return new Blob(['sound'])
    },
    reset: () => void calls.push(['reset']),
    destroy: () => void calls.push(['destroy']),
  }
}

const base = {
  id: undefined,
  turnId: undefined,
  sectionId: undefined,
  textRevision: 0,
  createdAt: 1_790_000_000_000,
  attachments: [],
}

export function userMessage(part: Partial<UserMessage> & { key: string }): UserMessage {
  return { ...base, role: 'user', status: 'sent', text: 'Question', ...part }
}

export function assistantMessage(part: Partial<AssistantMessage> & { key: string }): AssistantMessage {
  return { ...base, role: 'assistant', status: 'complete', contentType: 'text', steps: [], text: 'Answer', ...part }
}
