import { conversationWords } from '../english/conversation.ts'
import { conversationListWords } from '../english/conversations.ts'
import { markdownWords } from '../english/markdown.ts'
import { mediaWords } from '../english/media.ts'
import { messageActionsWords } from '../english/message-actions.ts'
import { noticesWords } from '../english/notices.ts'
import { problemsWords } from '../english/problems.ts'
import { stepsWords } from '../english/steps.ts'
import { voiceAndShortcutsWords } from '../english/voice-and-shortcuts.ts'

/**
 * English is the reference: its keys are the keys of every language. It is in pieces, each in the file of what says it: `widget/load.ts`
 * puts them together, so that whatever cannot be loaded, there are words.
 *
 * How to add a language is in `CONTRIBUTING.md`.
 * A sentence with a number has one form for each number that the language tells apart: `tooManyFiles_one`, `_few`, `_other` and so on.
 */
export const en = {
  ...conversationWords,
  ...conversationListWords,
  ...mediaWords,
  ...messageActionsWords,
  ...problemsWords,
  ...stepsWords,
  ...voiceAndShortcutsWords,
  ...markdownWords,
  ...noticesWords,
} as const
