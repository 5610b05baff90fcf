import { describe, expect, it } from 'vitest'
import { highlight } from '../../../src/ui/markdown/highlight.ts'

const CODE: Record<string, string> = {
  ts: 'export const a: number = 1 // note\n\nconst b = `x`\nclass C {}\n',
  python: 'def f(x):\n    """doc"""\n    return x  # note\n',
  bash: '# note\nfor f in *.txt; do echo "$f"; done\n',
  json: '{ "a": [1, true, "文字"] }\n',
  html: '<!-- c -->\n<a href="x">y</a>\n',
  sql: "SELECT * FROM t WHERE a = 'b' -- c\n",
  css: '.a { color: red; /* c */ }\n',
  yaml: 'a: b # c\n- d\n',
}

describe('highlight', () => {
  it.each(Object.entries(CODE))('colours %s without changing a character', async (language, code) => {
    const parts = await highlight(code, language)
    expect(parts?.map(({ text }) => text).join('')).toBe(code)
    expect(parts?.some(({ kind }) => kind)).toBe(true)
  })

  it('knows a keyword, a string and a comment', async () => {
    const parts = await highlight("const a = 'b' // c\n", 'JavaScript')
    expect(parts?.filter(({ kind }) => kind)).toEqual([
      { kind: 'keyword', text: 'const' },
      { kind: 'string', text: "'b'" },
      { kind: 'comment', text: '// c' },
    ])
  })

  it.each(['', 'nonsense', 'text', '__proto__'])('leaves %j plain', async (language) => {
    expect(await highlight('a', language)).toBeUndefined()
  })
})
