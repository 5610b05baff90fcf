/** Loads what keeps the newest messages in the browser, for visitors who have some there or who go on with their conversation. */
import type { Part } from '../platform/part.ts'
import type { ChatState } from './chat-state.ts'
import type { createLastMessages, KnownVisitor, LastMessages } from './last-messages.ts'

export interface LastMessagesPart {
  readonly createLastMessages: typeof createLastMessages
}

/** A first question and its answer are soon fetched again. */
const MIN_MESSAGES = 3

/** A conversation that went on is worth keeping. What was kept once is kept up to date, also when it has become shorter. */
export function isWorthKeeping({ messages }: ChatState, { seal }: { readonly seal?: string }): boolean {
  return messages.length >= MIN_MESSAGES || seal !== undefined
}

/** @param agent separates several agents on one origin */
export function createLazyLastMessages(
  part: Part<LastMessagesPart>,
  agent: string,
  visitor: KnownVisitor,
): LastMessages {
  let lastMessages: LastMessages | undefined

  /** @returns undefined where it cannot be loaded, or where somebody else may be there by then */
  async function load(): Promise<LastMessages | undefined> {
    const { signal } = visitor
    try {
      const module = part.loaded ?? (await part.load())
      lastMessages ??= module.createLastMessages(agent, visitor)
    } catch {
      return undefined
    }
    return signal.aborted ? undefined : lastMessages
  }

  return {
    async prepare() {
      if (visitor.hasKept) (await load())?.prepare()
    },
    async show(apply) {
      if (visitor.recall().seal !== undefined) await (await load())?.show(apply)
    },
    async keep(state) {
      if (isWorthKeeping(state, visitor.recall())) await (await load())?.keep(state)
    },
  }
}
