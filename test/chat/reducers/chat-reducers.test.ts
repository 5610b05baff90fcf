import { describe, expect, it } from 'vitest'
import { type Change, type ChatProblem, type ChatState, initialChatState } from '../../../src/chat/chat-state.ts'
import type { Question, StoredMessage, TurnEvent } from '../../../src/chat/chat-transport.ts'
import { showOlder } from '../../../src/chat/reducers/conversation-reducer.ts'
import { loseTurn, reconcileTurn } from '../../../src/chat/reducers/lost-turn-reducer.ts'
import { queueQuestion, removeMessage, requeueQuestion } from '../../../src/chat/reducers/question-reducer.ts'
import { beginTurn, endTurn, patchTurn, receive, type TurnOutcome } from '../../../src/chat/reducers/turn-reducer.ts'
import fc from '../../support/fast-check.ts'

/** Every change as a value, so that it can be generated, judged and printed. */
type Action =
  | { type: 'turn-event'; event: TurnEvent; now: number }
  | { type: 'question-queued'; key: string; question: Question; now: number }
  | { type: 'question-requeued'; key: string }
  | { type: 'question-removed'; key: string }
  | { type: 'turn-began'; key?: string; turnId?: string }
  | { type: 'turn-slow' }
  | { type: 'turn-lost' }
  | { type: 'turn-ended'; outcome: TurnOutcome; problem: ChatProblem }
  | { type: 'turn-reconciled'; turnId: string; messages: readonly StoredMessage[]; outcome: TurnOutcome }
  | { type: 'older-shown'; messages: readonly StoredMessage[] }

function changeOf(action: Action): Change {
  switch (action.type) {
    case 'turn-event':
      return receive(action.event, action.now)
    case 'question-queued':
      return queueQuestion(action.key, action.question, undefined, action.now)
    case 'question-requeued':
      return requeueQuestion(action.key)
    case 'question-removed':
      return removeMessage(action.key)
    case 'turn-began':
      return beginTurn(action)
    case 'turn-slow':
      return patchTurn({ slow: true })
    case 'turn-lost':
      return loseTurn
    case 'turn-ended':
      return endTurn(action.outcome, action.problem)
    case 'turn-reconciled':
      return reconcileTurn(action.turnId, action.messages, action.outcome, problem)
    case 'older-shown':
      return showOlder({ messages: action.messages, olderCursor: undefined })
  }
}

const reduceChat = (state: ChatState, action: Action) => changeOf(action)(state)

const problem = { code: 'upstream_error', retryable: true } as const

const id = fc.constantFrom('m1', 'm2', 'm3')
const key = fc.constantFrom('q1', 'q2', 'm:m1')
const turnId = fc.constantFrom('t1', 't2')
const text = fc.constantFrom('', 'a', '你好', '🌞')

const stored = (role: 'user' | 'assistant', turn: string, message: string, words: string): StoredMessage => ({
  id: message,
  turnId: turn,
  sectionId: undefined,
  role,
  contentType: 'text',
  text: words,
  reasoning: undefined,
  attachments: [],
  createdAt: 0,
})

const event: fc.Arbitrary<TurnEvent> = fc.oneof(
  turnId.map((value): TurnEvent => ({ type: 'started', turnId: value, conversationId: 'v1', sectionId: undefined })),
  id.map((messageId): TurnEvent => ({ type: 'question-saved', messageId: `u:${messageId}` })),
  fc.record({ type: fc.constant('text-delta' as const), messageId: id, text }),
  fc.record({ type: fc.constant('reasoning-delta' as const), messageId: id, text }),
  fc.record({
    type: fc.constant('message-completed' as const),
    messageId: id,
    text,
    reasoning: fc.constantFrom(undefined, 'why'),
    contentType: fc.constant('text' as const),
    attachments: fc.constant([]),
  }),
  fc.record({ id: fc.constantFrom('s1', 's2'), status: fc.constantFrom('running' as const, 'done' as const) }).map(
    (step): TurnEvent => ({
      type: 'step',
      step: { ...step, kind: 'tool', title: '', input: undefined, output: undefined },
    }),
  ),
  fc.constantFrom<TurnEvent>(
    { type: 'follow-up', text: 'more?' },
    { type: 'action-required', calls: [] },
    { type: 'input-required' },
    { type: 'completed' },
    { type: 'canceled' },
    { type: 'failed', problem },
    { type: 'other', name: 'x' },
  ),
)

const outcome = fc.constantFrom('complete' as const, 'stopped' as const, 'interrupted' as const, 'failed' as const)
const lists = fc.constantFrom<readonly StoredMessage[]>(
  [],
  [stored('assistant', 't1', 'm1', 'server')],
  [stored('user', 't1', 'u:m9', 'q'), stored('assistant', 't1', 'm1', 'a'), stored('assistant', 't1', 'm4', 'two')],
)

/** A key is used once in the life of a store, so a second `question-queued` with it becomes another action. */
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('turn-event' as const), event, now: fc.nat(100) }) },
  fc.record({
    type: fc.constant('question-queued' as const),
    key: fc.constantFrom('q1', 'q2'),
    question: fc.record({ text, attachments: fc.constant([]) }),
    now: fc.nat(100),
  }),
  fc.record({ type: fc.constant('question-requeued' as const), key }),
  fc.record({ type: fc.constant('question-removed' as const), key: fc.constantFrom('q1', 'q2') }),
  fc.record({ type: fc.constant('turn-began' as const), key: fc.constantFrom('q1', 'q2') }),
  fc.record({ type: fc.constant('turn-began' as const), turnId }),
  fc.constantFrom<Action>({ type: 'turn-slow' }, { type: 'turn-lost' }),
  fc.record({ type: fc.constant('turn-ended' as const), outcome, problem: fc.constant(problem) }),
  fc.record({
    type: fc.constant('turn-reconciled' as const),
    turnId: fc.constant('t1'),
    messages: lists,
    outcome,
  }),
  lists.map((messages): Action => ({ type: 'older-shown', messages })),
)

const idle = (state: ChatState) => state.turn.phase === 'idle'

/**
 * What the store never does, whatever the server sends: begin a turn within a turn, end one that is not there, look up one that
 * has ended, requeue or remove while one runs.
 */
function possible(state: ChatState, endedTurns: ReadonlySet<string | undefined>, next: Action): boolean {
  const known = new Set(state.messages.map((message) => message.key))
  switch (next.type) {
    case 'question-queued':
      return !known.has(next.key)
    case 'turn-began':
      if (!idle(state)) return false
      return next.key === undefined
        ? !endedTurns.has(next.turnId)
        : state.messages.find((message) => message.status === 'queued')?.key === next.key
    case 'question-requeued':
    case 'question-removed':
      return idle(state)
    case 'turn-event':
      return true
    case 'older-shown':
      return !next.messages.some((message) => message.role === 'user' && message.turnId === state.turn.turnId)
    case 'turn-reconciled':
      return !idle(state) && !endedTurns.has(next.turnId)
    default:
      return !idle(state)
  }
}

function check(before: ChatState, after: ChatState): void {
  const { messages, turn } = after
  const keys = messages.map((message) => message.key)
  expect(new Set(keys).size).toBe(keys.length)
  const ids = messages.flatMap((message) => message.id ?? [])
  expect(new Set(ids).size).toBe(ids.length)
  if (turn.phase === 'idle') {
    expect(messages.filter(({ status }) => status === 'streaming' || status === 'sending')).toEqual([])
  }
  const firstQueued = messages.findIndex(({ status }) => status === 'queued')
  if (firstQueued >= 0) expect(messages.slice(firstQueued).every(({ status }) => status === 'queued')).toBe(true)
  for (const message of messages) {
    const old = before.messages.find((other) => other.key === message.key)
    if (old === undefined || old === message) continue
    expect(old.role).toBe(message.role)
    // A renderer that only appends must be told when it cannot.
    if (old.textRevision === message.textRevision) expect(message.text.startsWith(old.text)).toBe(true)
    else expect(message.textRevision).toBeGreaterThan(old.textRevision)
  }
}

describe('the state of a chat', () => {
  it('keeps its promises in whatever order things happen', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        let state = initialChatState
        const endedTurns = new Set<string | undefined>()
        for (const next of actions) {
          if (!possible(state, endedTurns, next)) continue
          const before = JSON.stringify(state)
          const after = reduceChat(state, next)
          expect(JSON.stringify(state)).toBe(before)
          check(state, after)
          if (idle(after))
            endedTurns.add(state.turn.turnId).add(next.type === 'turn-reconciled' ? next.turnId : undefined)
          state = after
        }
      }),
      { numRuns: 3_000 },
    )
  })

  const run = (...actions: Action[]) => actions.reduce(reduceChat, initialChatState)
  const asked: Action = {
    type: 'question-queued',
    key: 'q1',
    question: { text: 'q', attachments: [] },
    now: 0,
  }
  const began: Action = { type: 'turn-began', key: 'q1' }
  const on = (turnEvent: TurnEvent, now = 0): Action => ({ type: 'turn-event', event: turnEvent, now })
  const delta = (words: string, messageId = 'm1'): TurnEvent => ({ type: 'text-delta', messageId, text: words })
  const done = (words: string, messageId = 'm1'): TurnEvent => ({
    type: 'message-completed',
    messageId,
    text: words,
    reasoning: undefined,
    contentType: 'text',
    attachments: [],
  })

  it('F41: the whole text wins over the pieces, repeated pieces and late ones do not count', () => {
    const state = run(asked, began, on(delta('ab')), on(delta('ab')), on(done('ab')), on(delta('b')), on(done('ab')))
    expect(state.messages[1]).toMatchObject({ text: 'ab', textRevision: 1, textComplete: true, status: 'streaming' })
    const ended = [on({ type: 'completed' }), on({ type: 'completed' }), on(delta('c'))].reduce(reduceChat, state)
    expect(ended.messages[1]).toMatchObject({ text: 'ab', textRevision: 1, status: 'complete' })
  })

  it('measures how long the agent thought', () => {
    const think = on({ type: 'reasoning-delta', messageId: 'm1', text: 'hm' }, 1_000)
    const state = run(asked, began, think, on(delta('a'), 4_000), on(delta('b'), 9_000))
    expect(state.messages[1]).toMatchObject({ reasoning: { text: 'hm', durationMs: 3_000 }, text: 'ab' })
  })

  it('groups several answers of one turn by their ids, and steps with what follows them', () => {
    const step = { id: 's1', kind: 'tool', title: 'orders', input: '', output: undefined, status: 'running' } as const
    const state = run(
      asked,
      began,
      on({ type: 'step', step }),
      on({ type: 'step', step: { ...step, status: 'done' } }),
      on(delta('one', 'm1')),
      on(done('one', 'm1')),
      on({ type: 'step', step: { ...step, id: 's2' } }),
      on(delta('two', 'm2')),
      on({ type: 'completed' }),
    )
    expect(
      state.messages.slice(1).map((message) => message.role === 'assistant' && [message.text, message.steps]),
    ).toEqual([
      ['one', [{ ...step, status: 'done' }]],
      ['two', [{ ...step, id: 's2', status: 'done' }]],
    ])
  })

  it('shows an answer before the questions that wait behind it', () => {
    const state = run(asked, { ...asked, key: 'q2' }, began, on(delta('a')))
    expect(state.messages.map(({ key }) => key)).toEqual(['q1', 'm:m1', 'q2'])
  })

  it('costs the same for each piece, however long the answer is', () => {
    let state = run(asked, began)
    const { messages } = state
    for (let n = 0; n < 20_000; n++) state = reduceChat(state, on(delta('0123456789')))
    expect(state.messages[1]?.text.length).toBe(200_000)
    expect(state.messages[0]).toBe(messages[0])
  })
})
