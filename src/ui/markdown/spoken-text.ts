import { plainText, readInline } from './inline-reader.ts'
import { markdownParser } from './markdown-parser.ts'

const WORDS = /^(?:Paragraph|Task|TableCell|.*Heading\d)$/

/** Markdown as it would be read aloud: what it says, without marks, addresses and definitions. */
export function spokenText(markdown: string): string {
  const parts: string[] = []
  markdownParser.parse(markdown).iterate({
    enter({ name, from, to, node }) {
      if (name === 'CodeText') parts.push(markdown.slice(from, to))
      if (!WORDS.test(name)) return true
      parts.push(plainText(readInline(node, markdown, name === 'Task' ? from + 3 : from)))
      return false
    },
  })
  return parts.join(' ').replace(/\s+/g, ' ').trim()
}
