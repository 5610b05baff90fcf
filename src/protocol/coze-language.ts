/** The languages in which Coze has texts of an agent. */
export type CozeLanguage = 'zh' | 'en'

/** @param tag BCP 47, or the value of `Accept-Language`, whose first tag counts */
export function cozeLanguage(tag = ''): CozeLanguage {
  return /^\s*zh/i.test(tag) ? 'zh' : 'en'
}
