/** State -> state: what the agent did on the way to its answer. A chunk of its own: most answers come without. */
import { type Change, insertAnswer, lastAnswer, newAnswer, replace } from './chat-reducer.ts'
import type { AgentStep, AssistantMessage } from './chat-state.ts'

export const showStep =
  (step: AgentStep, now: number): Change =>
  (state) => {
    const { turn, messages } = state
    // What comes after the visitor pressed stop is not shown.
    if (turn.phase === 'idle' || turn.phase === 'stopping') return state
    const streaming = { ...state, turn: { ...turn, phase: 'streaming', slow: false } } as const
    const holder = messages.find(
      (message): message is AssistantMessage =>
        message.role === 'assistant' && message.steps.some(({ id }) => id === step.id),
    )
    if (holder !== undefined) {
      const steps = holder.steps.map((old) => (old.id === step.id ? step : old))
      return replace(streaming, holder, { ...holder, steps })
    }
    const last = lastAnswer(state)
    // A step that follows a finished text belongs to what comes next.
    return last === undefined || last.textComplete
      ? insertAnswer(streaming, { ...newAnswer(state, `s:${step.id}`, now), steps: [step] })
      : replace(streaming, last, { ...last, steps: [...last.steps, step] })
  }
