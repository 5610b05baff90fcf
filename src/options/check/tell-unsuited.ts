/** Tells the owner of values that count as not given, because their shape is wrong. */

import { ownerReadsChinese } from '../../platform/owner-language.ts'
import { bothNames } from '../attribute-names.ts'
import { OPTION_RULES, type OptionRule } from '../option-rules.ts'
import type { OptionName } from '../option-table.ts'
import { shapeOf } from './option-shape.ts'
import { unsuitedWordsZh } from './unsuited-words.zh.ts'

/** @param name of an option @returns one sentence that says what to write instead */
export function unsuitedWords(name: string): string {
  const rule: OptionRule = OPTION_RULES[name as OptionName]
  // What only JavaScript can hold has no attribute.
  const isCode = !/text|boolean|number/.test(rule.is ?? 'text')
  if (ownerReadsChinese()) return unsuitedWordsZh(name, rule, isCode)
  const outcome = rule.type === 'switches' ? 'Anything else is passed over.' : 'It counts as not given.'
  return `${isCode ? name : bothNames(name)} must be ${wanted(name, rule)}${
    isCode ? `, which no attribute can hold: give it in cozeChatOptions of the page, or by setOptions()` : ''
  }. ${outcome}`
}

function wanted(name: string, rule: OptionRule): string {
  if (name === 'target') return 'the selector of an element of the page'
  if (rule.most) return `a number of pixels from ${rule.least ?? 0} to ${rule.most}`
  if (rule.css) return `a ${rule.css} as in CSS, such as ${rule.css === 'color' ? '#1f6feb' : '"Inter, sans-serif"'}`
  const shape = shapeOf(rule)
  return rule.localized ? `${shape}, or one of them for each language as { zh: …, en: … }` : shape
}

const told = new Set<string>()

/** Warns of each option once in the life of the page. */
export function tellUnsuited(names: readonly string[]): void {
  for (const name of names) {
    if (told.has(name)) continue
    told.add(name)
    console.warn(`[coze-chat-widget] invalid_options: ${unsuitedWords(name)}`)
  }
}
