import { describe, expect, it } from 'vitest'
import { finishedAnswers } from '../../src/ui/announcement.ts'
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
