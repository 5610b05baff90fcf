/** Answers that are more than plain text, or more than a screen: how they are read and drawn, and where the reader is. */
export { MarkdownText } from '../../ui/markdown/markdown-text.tsx'
export { spokenText } from '../../ui/markdown/spoken-text.ts'
export { ReadingPosition } from '../../ui/messages/scrolling/reading-position.tsx'
export { markdownWords as words } from '../../ui/strings/english/markdown.ts'
