/** Definitions at the beginning of a paragraph: `[label]: address "title"`. Pure. */
import { normalizeLabel } from '../inline/inline-nodes.ts'
import { endOf, endOfTitle, readAddress, readLabel, skipGap } from '../inline/link-parts.ts'

export interface Definition {
  readonly label: string
  readonly address: string
}

/** No address with its label and its title is longer, so that nobody has to look further ahead. */
const LONGEST_DEFINITION = 3_000
const REST_OF_LINE = /[ \t]*(?:\n|$)/y

function readDefinition(paragraph: string): { definition: Definition; end: number } | undefined {
  const text = paragraph.slice(0, LONGEST_DEFINITION)
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
  // Where the text was cut, no line ends.
  if (end < 0 || (end === text.length && text.length < paragraph.length)) return undefined
  return { definition: { label: name, address: address.text }, end }
}

interface TakenDefinitions {
  readonly definitions: readonly Definition[]
  readonly rest: string
}

/** @returns the definitions, and what of the paragraph is left */
export function takeDefinitions(paragraph: string): TakenDefinitions {
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

/**
 * The same of a paragraph that goes on: all definitions but the last, to which a title may come. One that another follows has none.
 * @returns hopeless: none will be found
 */
export function takeSettledDefinitions(paragraph: string): TakenDefinitions & { readonly hopeless: boolean } {
  const definitions: Definition[] = []
  let rest = paragraph
  let found = readDefinition(rest)
  while (found) {
    const next = rest.slice(found.end)
    const following = next.startsWith('[') ? readDefinition(next) : undefined
    if (!following) return { definitions, rest, hopeless: false }
    definitions.push(found.definition)
    rest = next
    found = following
  }
  return { definitions, rest, hopeless: rest.length > LONGEST_DEFINITION }
}
