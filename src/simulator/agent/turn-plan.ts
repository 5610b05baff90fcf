/** What the agent decides to do in a turn, as plain values that `stream/run-turn.ts` carries out. */

export interface ToolCallPlan {
  name: string
  arguments: Record<string, unknown>
}

export type TurnStep =
  | {
      type: 'answer'
      text: string
      reasoning?: string
      /** The connection is lost after so many characters; the agent finishes and saves its answer all the same. */
      cutAt?: number
    }
  /** A plugin's card: a JSON template with a fallback as text. */
  | { type: 'card'; card: Record<string, unknown> }
  /** A spoken answer: WAV bytes, then the same words as text. */
  | { type: 'voice'; text: string }
  /** Something found in the knowledge base. */
  | { type: 'knowledge'; text: string }
  /** A plugin of the agent is called and returns. */
  | { type: 'tool'; call: ToolCallPlan; plugin: string; result: string }
  /** What a function of the page returned. */
  | { type: 'tool-response'; output: string }
  /** Functions of the page are called: the turn pauses until their results are submitted. */
  | { type: 'page-tools'; calls: ToolCallPlan[] }
  /** A question node of a chatflow; the visitor's next message answers it. */
  | { type: 'ask'; text: string }
  /** The turn fails: `chat` by the event `chat.failed`, `error` by the event `error`. */
  | { type: 'fail'; code: number; shape: 'chat' | 'error' }
  /** The access token of the call becomes worthless. */
  | { type: 'revoke' }

export interface TurnPlan {
  steps: TurnStep[]
  followUps: string[]
  /** Overrides the knob of that name. */
  pieceDelayMs?: number
  /** Overrides the knob of that name. */
  firstByteDelayMs?: number
}

/** The call fails before a turn begins, with a code of the vendor, or with a bare HTTP status for numbers below 1000. */
export interface Refusal {
  refusal: number
}
