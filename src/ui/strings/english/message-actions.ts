/** What opens from the buttons of a message. */
export const messageActionsWords = {
  editQuestion: 'Edit your question',
  editReplaces: 'Your question and its answer will be replaced.',
  whyBad: 'What was wrong?',
  reasonWrong: 'Incorrect',
  reasonIncomplete: 'Incomplete',
  reasonUnclear: 'Hard to follow',
  reasonUnhelpful: 'Not helpful',
  comment: 'Tell us more (optional)',
  skip: 'Skip',
  thanks: 'Thank you for your feedback.',
} as const
