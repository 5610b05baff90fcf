/** What a plain exchange of words never needs, by the situation that does. */
import type { ChatStore } from '../chat/chat-store.ts'
import { lazy } from './lazy.tsx'
import type { PendingUploads } from './pending-uploads.ts'

/** Answers with Markdown in them. */
export const MarkdownText = lazy(() => import('./markdown-text.tsx'), 'MarkdownText')
export const MarkdownSpeech = lazy(() => import('./markdown-text.tsx'), 'MarkdownSpeech')

/** Failures. */
export const ProblemNotice = lazy(() => import('./problem-notice.tsx'), 'ProblemNotice')
export const ProblemSpeech = lazy(() => import('./problem-notice.tsx'), 'ProblemSpeech')

/** Earlier messages, and a reader who has gone up to them. */
export const Divider = lazy(() => import('./reading.tsx'), 'Divider')
export const ReadingPlace = lazy(() => import('./reading.tsx'), 'ReadingPlace')

/** Reasoning and steps. */
export const Asides = lazy(() => import('./asides.tsx'), 'Asides')

/** Files in both directions. */
const attachments = () => import('./attachments.tsx')
export const AttachmentList = lazy(attachments, 'AttachmentList')
export const AttachmentTray = lazy(attachments, 'AttachmentTray')
export const DropTarget = lazy(attachments, 'DropTarget')
export async function startUploads(store: ChatStore, onChange: () => void): Promise<PendingUploads> {
  return (await attachments()).createPendingUploads(store, onChange)
}

/** The list of conversations. */
export const ConversationDrawer = lazy(() => import('./conversation-drawer.tsx'), 'ConversationDrawer')

/** Agents that listen or have shortcuts. */
export const ComposerTools = lazy(() => import('./composer-tools.tsx'), 'ComposerTools')

/** Answers that are read aloud or disliked. */
export const AnswerTools = lazy(() => import('./answer-tools.tsx'), 'AnswerTools')

/** Questions that wait, or are put in other words. */
export const QuestionTools = lazy(() => import('./question-tools.tsx'), 'QuestionTools')
