/** Definitions at the beginning of a paragraph: `[label]: address "title"`. Pure. */
import { normalizeLabel } from '../inline/inline-nodes.ts'
import { endOf, endOfTitle, readAddress, readLabel, skipGap } from '../inline/link-parts.ts'

export interface Definition {
  readonly label: string
  readonly address: string
}

const REST_OF_LINE = /[ \t]*(?:\n|$)/y

function readDefinition(text: string): { definition: Definition; end: number } | undefined {
  const label = readLabel(text, 0)
  const name = label && normalizeLabel(label.text.slice(1, -1))
  if (!label || !name || text[label.end] !== ':') return undefined
  const address = readAddress(text, skipGap(text, label.end + 1))
  if (!address) return undefined
  const gap = skipGap(text, address.end)
  const title = gap > address.end ? endOfTitle(text, gap) : -1
  const withTitle = title < 0 ? -1 : endOf(REST_OF_LINE, text, title)
  // What looks like a title and is none may be the paragraph that follows.
  const end = withTitle < 0 ? endOf(REST_OF_LINE, text, address.end) : withTitle
  return end < 0 ? undefined : { definition: { label: name, address: address.text }, end }
}

/** @returns the definitions, and what of the paragraph is left */
export function takeDefinitions(paragraph: string): { definitions: readonly Definition[]; rest: string } {
  const definitions: Definition[] = []
  let rest = paragraph
  while (rest.startsWith('[')) {
    const found = readDefinition(rest)
    if (!found) break
    definitions.push(found.definition)
    rest = rest.slice(found.end)
  }
  return { definitions, rest }
}
