/** What opens from the buttons of a message. */
export const messageActionsWords = {
  editQuestion: 'Edit your question',
  editReplaces: 'Your question and its answer will be replaced.',
  whyBad: 'What was wrong?',
  reasonWrong: 'Not correct',
  reasonIncomplete: 'Not complete',
  reasonUnclear: 'Hard to follow',
  reasonUnhelpful: 'Did not help',
  comment: 'Tell us more (optional)',
  skip: 'Skip',
  thanks: 'Thank you for telling us.',
} as const
