/** What the agent decides to do with a question: values, so that thinking and streaming stay apart. */

export interface ToolCallPlan {
  name: string
  arguments: Record<string, unknown>
}

export type TurnStep =
  | {
      type: 'answer'
      text: string
      reasoning?: string
      /** The connection is lost after so many characters; the answer itself is finished and saved. */
      cutAt?: number
    }
  /** A plugin's card: a JSON template with a readable fallback. */
  | { type: 'card'; card: Record<string, unknown> }
  /** A spoken answer: WAV bytes, then the same words as text. */
  | { type: 'voice'; text: string }
  | { type: 'knowledge'; text: string }
  /** A plugin of the agent: call and result. */
  | { type: 'tool'; call: ToolCallPlan; plugin: string; result: string }
  /** What a function of the page returned. */
  | { type: 'tool-response'; output: string }
  /** Functions of the page: the turn pauses until it sends their results. */
  | { type: 'page-tools'; calls: ToolCallPlan[] }
  /** A question node of a chatflow: the next message answers it. */
  | { type: 'ask'; text: string }
  | { type: 'fail'; code: number; shape: 'chat' | 'error' }
  /** The token of this call is worthless from now on. */
  | { type: 'revoke' }

export interface TurnPlan {
  steps: TurnStep[]
  followUps: string[]
  /** Overrides the knob of that name. */
  tokenDelayMs?: number
  firstByteDelayMs?: number
}

/** The call fails before a turn begins: a vendor `code`, or a bare HTTP status for numbers below 1000. */
export interface Refusal {
  refusal: number
}
