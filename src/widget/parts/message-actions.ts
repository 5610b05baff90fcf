/** What opens from the buttons of a message. */
export { DislikeForm } from '../../ui/message-actions/dislike-form.tsx'
export { QuestionEditor } from '../../ui/message-actions/question-editor.tsx'
export { messageActionsWords as words } from '../../ui/strings/english/message-actions.ts'
