/** What `tell-unsuited.ts` says, in Chinese. */
import { bothNames } from '../attribute-names.ts'
import type { OptionRule } from '../option-rules.ts'

const KINDS: Readonly<Record<string, string>> = {
  text: '文字',
  number: '数字',
  boolean: 'true 或 false',
  list: '列表',
  object: '对象',
  function: '函数',
}

/** @param isCode no attribute can hold it */
export function unsuitedWordsZh(name: string, rule: OptionRule, isCode: boolean): string {
  const where = isCode ? '，属性写不了它，请写进网页的 cozeChatOptions 或用 setOptions()' : ''
  const outcome = rule.type === 'switches' ? '其余的不起作用' : '现在按未设置处理'
  return `${isCode ? name : bothNames(name)} 应为${wanted(name, rule)}${where}；${outcome}。`
}

function wanted(name: string, { type, is = 'text', values, least = 0, most, css, localized }: OptionRule): string {
  if (name === 'target') return '网页中某个元素的选择器'
  if (most) return ` ${least} 到 ${most} 之间的像素数`
  if (css) return css === 'color' ? ' CSS 的颜色，如 #1f6feb' : ' CSS 的字体，如 "Inter, sans-serif"'
  if (type === 'id') return ' ID 的半角数字，写成文字，如 "7300000000000000001"'
  if (values) return ` ${values.map((allowed) => `"${allowed}"`).join('、')} 之一`
  const kind = is.replace(/\w+/g, (word) => KINDS[word] ?? word).replaceAll(/ or |, /g, '或')
  return localized ? `${kind}，或按语言写成 { zh: …, en: … }` : kind
}
