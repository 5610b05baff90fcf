/** What shortcuts and the text of the field have to do with each other. Pure. */
import type { AgentShortcut } from '../../chat/chat-state.ts'

/** What a template leaves to be written, such as `{{city}}`. */
const GAP = /\{\{[^{}]+\}\}/g

/** A text and what is selected in it. */
export interface Selection {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** What is looked for: the text behind a "/" at the beginning. `undefined` where it looks for none. */
export function queryOf(text: string): string | undefined {
  return /^\/(\S*(?: \S+)?)$/.exec(text)?.[1]?.toLocaleLowerCase()
}

export function matchesOf(shortcuts: readonly AgentShortcut[], query: string): readonly AgentShortcut[] {
  return shortcuts.filter(
    ({ name, command }) =>
      command.replace(/^\//, '').toLocaleLowerCase().startsWith(query) || name.toLocaleLowerCase().includes(query),
  )
}

/** The text with the words of a shortcut, and in it the first gap, or else its end. */
export function insertShortcut(text: string, { template, name }: AgentShortcut): Selection {
  const words = template || name
  // What was typed stays, unless it was typed to find the shortcut.
  const next = queryOf(text) !== undefined || !text.trim() ? words : `${text}\n${words}`
  return gapBehind(next, next.length - words.length) ?? { text: next, from: next.length, to: next.length }
}

/** The first gap that does not begin before `at`. */
export function gapBehind(text: string, at: number): Selection | undefined {
  const gap = [...text.matchAll(GAP)].find(({ index }) => index >= at)
  return gap && { text, from: gap.index, to: gap.index + gap[0].length }
}
