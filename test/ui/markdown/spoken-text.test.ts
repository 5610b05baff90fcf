import { describe, expect, it } from 'vitest'
import { spokenText } from '../../../src/ui/markdown/spoken-text.ts'

describe('spokenText', () => {
  for (const [markdown, spoken] of [
    ['## Title\n\nSome **bold** and `code`', 'Title Some bold and code'],
    ['- one\n- two\n\n1. three', 'one two three'],
    ['[Coze](https://x.example) ![cat](https://y.example/c.png)', 'Coze cat'],
    ['| a | b |\n|---|:-:|\n| 1 | 2 |', 'a b 1 2'],
    ['```js\nlet a\n```', 'let a'],
    ['> quoted\n\n---\n', 'quoted'],
    ['- [x] 2 * 3<br>snake_case[^1]\n\n[^1]: A note', '2 * 3 snake_case A note'],
    ['See [the guide][g].\n\n[g]: https://x.example', 'See the guide.'],
  ] as const) {
    it(`reads ${JSON.stringify(markdown)} as ${JSON.stringify(spoken)}`, () => {
      expect(spokenText(markdown)).toBe(spoken)
    })
  }
})
