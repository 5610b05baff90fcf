/** Answers that are more than plain text, or more than a screen. */
export const markdownWords = {
  diagram: 'This diagram is shown as its source.',
  code: 'Code',
  table: 'Table',
  imageFrom: 'Show image from {host}',
  footnotes: 'Footnotes',
  footnote: 'Footnote {label}',
  backToText: 'Back to text',
  taskDone: 'Completed task',
  taskOpen: 'Incomplete task',
  jumpToNewest: 'Jump to newest message',
} as const
