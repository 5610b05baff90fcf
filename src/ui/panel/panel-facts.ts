/** What the panel says of the chat as a whole. Pure. */
import type { ChatProblem, ChatState } from '../../chat/chat-state.ts'
import type { PanelContext } from '../panel-context.ts'
import { interpolate } from '../strings/interpolate.ts'
import type { Strings } from '../strings/strings.ts'

export interface PanelNames {
  /** Of the chat. */
  readonly name: string
  /** Stands in the place of an icon: empty until it is known what the agent is called. */
  readonly initial: string | undefined
  /** What is read out before an answer: who says it. */
  readonly speaker: string
}

/** @param firstName what the first frame called the chat */
export function namesOf({ title, strings }: PanelContext, state: ChatState, firstName: string): PanelNames {
  const { agent } = state
  const opening = isOpening(state)
  const known = title || agent?.name
  // Until it is known what the agent is called, the name of the first frame stays.
  const name = known || (opening && firstName) || strings.assistant
  return {
    name,
    initial: known || !opening ? [...name][0] : '',
    speaker: interpolate(strings.agentSaid, { name }),
  }
}

/** Conversation or profile are on their way, or nobody has asked for them yet. */
export function isOpening({ phase, loadingAgent }: ChatState): boolean {
  return phase === 'idle' || phase === 'opening' || loadingAgent
}

/** What is going on, in a word or two; empty when nothing is. */
export function statusLine({ turn }: ChatState, strings: Strings): string {
  if (turn.phase === 'idle') return ''
  return turn.phase === 'streaming' ? strings.writing : strings.thinking
}

export interface Standing {
  /** What there is to say of it. */
  readonly problem: ChatProblem | undefined
  /** The chat could not be opened. */
  readonly failed: boolean
  /** Nobody can chat, and there is nothing to read. */
  readonly fatal: boolean
  /** Nothing can be sent. */
  readonly blocked: boolean
}

/** @param dismissed a problem that was read and put away */
export function standingOf({ phase, problem, messages }: ChatState, dismissed: ChatProblem | undefined): Standing {
  const shown = problem === dismissed ? undefined : problem
  const failed = phase === 'failed'
  return {
    problem: shown,
    failed,
    fatal: failed && shown !== undefined && messages.length === 0,
    blocked: failed && shown?.retryable === false,
  }
}
