/** Tells the owner of an option whose name is almost one of ours. */
import { closestMatch } from 'leven'
import { ownerReadsChinese } from '../platform/owner-language.ts'
import { bothNames } from './attribute-names.ts'
import { OPTION_RULES } from './option-rules.ts'

const NAMES = Object.keys(OPTION_RULES)

/** Letters that may be wrong. In a short name two wrong letters make another word of it. */
const allowedDistance = (name: string) => (name.length < 5 ? 1 : 2)

/** The option that was meant. `undefined` for our own names, and for those that are nowhere near: they are for somebody else. */
export function meantOption(name: string): string | undefined {
  if (NAMES.includes(name)) return undefined
  const sameLetters = NAMES.find((known) => known.toLowerCase() === name.toLowerCase())
  return sameLetters ?? closestMatch(name, NAMES, { maxDistance: allowedDistance(name) })
}

const told = new Set<string>()

/** Warns of each misspelt name once in the life of the page. */
export function tellMisspelt(options: object): void {
  for (const name of Object.keys(options)) {
    const meant = meantOption(name)
    if (!meant || told.has(name)) continue
    told.add(name)
    const words = ownerReadsChinese()
      ? `没有 ${bothNames(name)} 这个选项，是不是 ${bothNames(meant)}？`
      : `${bothNames(name)} is no option: did you mean ${bothNames(meant)}?`
    console.warn(`[coze-chat-widget] ${words}`)
  }
}
