/** Markdown as it would be read aloud. */
export function spokenText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(?:```.*|[-*_]{3,}|[|:\- ]+)$/gm, '')
    .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+\.) /gm, '')
    .replace(/\*\*|__|~~|`/g, '')
    .replace(/\|/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
