/** What the element and its launcher need to know before the chat is loaded. */
import { ownFields } from '../platform/own-fields.ts'
import { ELEMENT_DEFAULTS } from './element-options.ts'
import type { ChatWidgetOptions } from './widget-options.ts'

/** Options as the page gave them, with the language and the defaults of look and launcher filled in. */
export type DrawnOptions = Readonly<
  Omit<ChatWidgetOptions, keyof typeof ELEMENT_DEFAULTS> & typeof ELEMENT_DEFAULTS & { lang: string }
>

/**
 * What a library of the page adds to `Object.prototype` is no option (F54). An option that is `undefined` counts as not given.
 * @param pageLanguage the `lang` of the document, or empty
 */
export function drawnOptions(options: ChatWidgetOptions, pageLanguage: string): DrawnOptions {
  const lang = pageLanguage || (options.region === 'com' ? 'en' : 'zh-CN')
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return ownFields({ ...ELEMENT_DEFAULTS, lang, ...Object.fromEntries(given) }) as DrawnOptions
}
