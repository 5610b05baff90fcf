import { describe, expect, it } from 'vitest'
import { finishedAnswers, spokenText } from '../../src/ui/announcement.ts'
import { assistantMessage, userMessage } from '../support/fake-chat-store.ts'

describe('finishedAnswers', () => {
  const growing = assistantMessage({ key: 'a', status: 'streaming' })
  for (const status of ['complete', 'stopped', 'interrupted', 'failed'] as const) {
    it(`has an answer that was growing and is ${status}`, () => {
      const after = { ...growing, status }
      expect(finishedAnswers([growing], [userMessage({ key: 'u' }), after])).toEqual([after])
    })
  }

  it('has only the one that grew, not what stood beside it', () => {
    const done = assistantMessage({ key: 'b' })
    const after = { ...growing, status: 'complete' as const }
    expect(finishedAnswers([done, growing], [done, after])).toEqual([after])
  })

  it('has nothing while the answer grows', () => {
    expect(finishedAnswers([growing], [{ ...growing, text: 'more' }])).toEqual([])
  })

  it('has nothing of what was finished before, or came as a whole', () => {
    const done = assistantMessage({ key: 'b' })
    expect(finishedAnswers([done], [done, assistantMessage({ key: 'c' })])).toEqual([])
  })
})

describe('spokenText', () => {
  for (const [markdown, spoken] of [
    ['## Title\n\nSome **bold** and `code`', 'Title Some bold and code'],
    ['- one\n- two\n\n1. three', 'one two three'],
    ['[Coze](https://x.example) ![cat](https://y.example/c.png)', 'Coze cat'],
    ['| a | b |\n|---|:-:|\n| 1 | 2 |', 'a b 1 2'],
    ['```js\nlet a\n```', 'let a'],
    ['> quoted\n\n---\n', 'quoted'],
  ] as const) {
    it(`reads ${JSON.stringify(markdown)} as ${JSON.stringify(spoken)}`, () => {
      expect(spokenText(markdown)).toBe(spoken)
    })
  }

  it('cuts what would take minutes to listen to', () => {
    expect(spokenText('word '.repeat(10_000)).length).toBeLessThanOrEqual(1500)
  })
})
