/** The chat itself: holds the state, talks to a transport, and is the only one who writes. */
import type { ChatState } from './chat-state.ts'
import type { Question } from './chat-transport.ts'

export interface ChatStore {
  getState(): ChatState
  /** Calls back after each change; answers the way to stop. */
  subscribe(listener: () => void): () => void
  /** Loads agent, conversation and history once; again after a failure. Never rejects: see `state.problem`. */
  open(): Promise<void>
  /** Shows the question at once and asks it; queued while another answer streams. Resolves when the turn has ended. */
  send(question: string | Question): Promise<void>
  /** Aborts the stream and tells the server. What had arrived stays, marked `stopped`. */
  stop(): void
  /** Asks a failed question again, or an interrupted one's answer. */
  retry(messageKey: string): Promise<void>
  /** Drops the answer to the last question and asks it again. */
  regenerate(): Promise<void>
  /** Takes a question that is still queued or failed out of the list and answers its text, for editing. */
  withdraw(messageKey: string): Question | undefined
  loadOlder(): Promise<void>
  newConversation(): Promise<void>
  clearContext(): Promise<void>
  loadConversations(): Promise<void>
  openConversation(conversationId: string): Promise<void>
  renameConversation(conversationId: string, title: string): Promise<void>
  deleteConversation(conversationId: string): Promise<void>
  rate(
    messageKey: string,
    kind: 'like' | 'unlike' | undefined,
    details?: { reasons?: readonly string[]; comment?: string },
  ): Promise<void>
  upload(
    file: File,
    onProgress: (fraction: number) => void,
    signal: AbortSignal,
  ): Promise<import('./chat-state.ts').Attachment>
  transcribe(audio: Blob, signal: AbortSignal): Promise<string>
  speak(text: string, signal: AbortSignal): Promise<Blob>
  /** Ends everything under way and empties the state; for logout and change of user. The store is usable again afterwards. */
  reset(): void
  destroy(): void
}
