import { describe, expect, it } from 'vitest'
import { type ChatMessage, type ChatState, initialChatState, type RunningTurn } from '../../../src/chat/chat-state.ts'
import { finishedAnswers } from '../../../src/ui/messages/announcement.ts'
import { assistantMessage, userMessage } from '../../support/fake-chat-store.ts'

const stateWith = (phase: RunningTurn['phase'] | 'idle', ...messages: ChatMessage[]): ChatState => ({
  ...initialChatState,
  conversationId: '1',
  turn: phase === 'idle' ? initialChatState.turn : { phase, turnId: 't', slow: false },
  messages,
})

describe('finishedAnswers', () => {
  const asked = userMessage({ key: 'u' })
  const growing = assistantMessage({ key: 'a', status: 'streaming' })
  const done = assistantMessage({ key: 'b' })
  for (const status of ['complete', 'stopped', 'interrupted', 'failed'] as const) {
    it(`has an answer that was growing and is ${status}`, () => {
      const after = { ...growing, status }
      expect(finishedAnswers(stateWith('streaming', growing), stateWith('idle', asked, after))).toEqual([after])
    })
  }

  it('has an answer that came as a whole between two drawings', () => {
    expect(finishedAnswers(stateWith('waiting', asked), stateWith('idle', asked, done))).toEqual([done])
  })

  it('has the answer to a first question, whose conversation is named with it', () => {
    const before = { ...stateWith('waiting', asked), conversationId: undefined }
    expect(finishedAnswers(before, stateWith('idle', asked, done))).toEqual([done])
  })

  it('has only the one that grew, not what stood beside it', () => {
    const after = { ...growing, status: 'complete' as const }
    expect(finishedAnswers(stateWith('streaming', done, growing), stateWith('idle', done, after))).toEqual([after])
  })

  it('has nothing while the answer grows', () => {
    const before = stateWith('streaming', growing)
    expect(finishedAnswers(before, stateWith('streaming', { ...growing, text: 'more' }))).toEqual([])
  })

  it('has an answer that broke off only when it is clear how it ends', () => {
    const broken = { ...growing, status: 'interrupted' as const }
    const recovering = stateWith('waiting', asked, broken)
    expect(finishedAnswers(stateWith('streaming', asked, growing), recovering)).toEqual([])
    const after = { ...growing, status: 'complete' as const }
    expect(finishedAnswers(recovering, stateWith('idle', asked, after))).toEqual([after])
  })

  it('has nothing of what was finished before, of history, or of another conversation', () => {
    expect(finishedAnswers(stateWith('streaming', done), stateWith('idle', done))).toEqual([])
    expect(finishedAnswers(stateWith('idle'), stateWith('idle', asked, done))).toEqual([])
    const elsewhere = { ...stateWith('idle', asked, done), conversationId: '2' }
    expect(finishedAnswers(stateWith('waiting', asked), elsewhere)).toEqual([])
  })
})
