/** Every word a visitor can see or hear, by key. English is the reference; `languages/` holds the others. */
import { zhCN } from './languages/zh-cn.ts'

export const en = {
  assistant: 'Assistant',
  connecting: 'Connecting…',
  thinking: 'Thinking…',
  writing: 'Writing…',
  slow: 'This is taking longer than usual. Still waiting…',
  close: 'Close chat',
  menu: 'More options',
  newConversation: 'New conversation',
  conversations: 'Conversations',
  noConversations: 'No conversations yet',
  untitled: 'Untitled conversation',
  loadMore: 'Show more',
  rename: 'Rename',
  remove: 'Delete',
  confirmRemove: 'Delete for good?',
  save: 'Save',
  cancel: 'Cancel',
  clearContext: 'Clear context',
  contextCleared: 'Context cleared. Earlier messages are no longer taken into account.',
  transcript: 'Messages',
  loadingOlder: 'Loading earlier messages…',
  jumpToNewest: 'Jump to newest message',
  newMessages: 'New messages',
  suggestions: 'Suggested questions',
  placeholder: 'Type a message…',
  send: 'Send',
  stop: 'Stop answering',
  attach: 'Attach files',
  dropHere: 'Drop files to attach them',
  removeAttachment: 'Remove {name}',
  uploading: 'Uploading {name}',
  uploadFailed: 'Could not upload {name}',
  fileTooLarge: '{name} is larger than {size}',
  tooManyFiles: 'Up to {count} files at a time',
  youSaid: 'You said:',
  agentSaid: '{name} said:',
  queued: 'Waiting for its turn',
  stopped: 'You stopped this answer',
  thought: 'Thought process',
  thoughtFor: 'Thought for {duration}',
  stepTool: 'Used a tool',
  stepKnowledge: 'Looked into the knowledge base',
  stepOther: 'Took a step',
  stepFailed: 'failed',
  stepInput: 'Input',
  stepOutput: 'Result',
  copy: 'Copy',
  copied: 'Copied',
  regenerate: 'Answer again',
  edit: 'Edit',
  like: 'Good answer',
  unlike: 'Bad answer',
  openImage: 'Open image {name}',
  offline: 'You are offline. Your messages can go out once the connection is back.',
  retry: 'Try again',
  retryIn: 'Try again in {duration}',
  reload: 'Reload page',
  problemSetup:
    'This chat is not available right now. Whoever runs this site will find the reason in the browser console.',
  problemSignedOut: 'Please sign in to this site to go on chatting.',
  problemUnavailable: 'The assistant cannot be reached at the moment. Please try again shortly.',
  problemRateLimited: 'That was a lot at once. Please wait a moment.',
  problemNetwork: 'The connection failed. Nothing you wrote is lost.',
  problemTimeout: 'The answer took too long. Please try again.',
  problemAborted: 'This was stopped before it was finished.',
  problemSession: 'Your session has ended. Trying again starts a fresh one.',
  problemNotPublished: 'This assistant is not open to visitors yet.',
  problemConversationGone: 'This conversation is no longer available. You can start a new one.',
  problemBusy: 'The assistant is still working on the previous question.',
  problemQuota: 'The assistant has reached its limit for today. Please come back tomorrow.',
  problemPaused: 'The assistant is taking a break. Please come back later.',
  problemTooLong: 'This is too long for the assistant. Please shorten it or clear the context.',
  problemRefused: 'The assistant cannot answer this. Please put it another way.',
  problemInvalid: 'The assistant could not make sense of this request. Please change it and try again.',
  problemUpload: 'This file could not be accepted. Please try a smaller one or another type.',
  problemInterrupted: 'The answer was cut off.',
  problemAnswerTooLong: 'The answer grew too long and was cut here.',
  problemInternal: 'Something went wrong on our side. Please try again.',
} as const

export type StringKey = keyof typeof en
export type Strings = Readonly<Record<StringKey, string>>

/**
 * The strings of a language, built in for English and Chinese; anything else reads English until its file is loaded.
 * @param overrides words of the site owner's, by key; unknown keys and empty values are ignored
 */
export function resolveStrings(lang: string, overrides: Readonly<Record<string, string>> = {}): Strings {
  const strings: Record<StringKey, string> = { ...(/^zh\b/i.test(lang) ? zhCN : en) }
  for (const key of Object.keys(en) as StringKey[]) strings[key] = overrides[key] || strings[key]
  return strings
}

/** Puts values into `{name}` places. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}
