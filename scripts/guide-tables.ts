/** What guides say of our words: the sentence that a visitor reads for each error code. Pure; `scripts/generate.mjs` writes the files. */
import { ERROR_CODES } from '../src/errors.ts'
import { problemSentence } from '../src/ui/problems/problem-text.ts'
import { en } from '../src/ui/strings/languages/en.ts'
import { zhCN } from '../src/ui/strings/languages/zh-hans.ts'

const GUIDES = {
  'docs/guides/headless.md': { strings: en, head: '| code | what the chat says |', comma: ', ' },
  'docs/guides/headless.zh-CN.md': { strings: zhCN, head: '| 代码 | 聊天显示的话 |', comma: '、' },
} as const

/** @returns the text of each guide with its table as it should be */
export function guideFiles(read: (path: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(GUIDES).map(([path, { strings, head, comma }]) => {
      const codesBySentence = new Map<string, string[]>()
      for (const code of ERROR_CODES) {
        const sentence = problemSentence({ code, retryable: false }, strings)
        codesBySentence.set(sentence, [...(codesBySentence.get(sentence) ?? []), `\`${code}\``])
      }
      const rows = [...codesBySentence].map(([sentence, codes]) => `| ${codes.join(comma)} | ${sentence} |`)
      const between = /(<!-- words:.*?-->\n)[\s\S]*?(\n<!-- \/words -->)/
      if (!between.test(read(path)))
        throw new Error(`${path} has lost its markers <!-- words: … --> and <!-- /words -->.`)
      const table = [head, '|---|---|', ...rows].join('\n')
      return [path, read(path).replace(between, (_, start: string, end: string) => start + table + end)]
    }),
  )
}
