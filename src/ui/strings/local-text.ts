import { localized } from '../../options/localized.ts'
import type { LocalText } from '../../options/widget-options.ts'

/**
 * The words that serve a language best, by the rules of `localized.ts`; empty where there are none.
 * @param lang BCP 47
 * @example localText({ zh: '邮箱', en: 'E-mail' }, 'zh-CN') // '邮箱'
 */
export function localText(text: LocalText | undefined, lang: string): string {
  return localized(text, lang) ?? ''
}
