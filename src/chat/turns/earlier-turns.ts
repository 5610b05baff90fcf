/** What is done about turns that came before and are in the way of a question. */
import type { ChatTransport } from '../chat-transport.ts'
import type { Pause } from './pause.ts'
import type { Turn } from './turn.ts'
import type { TurnRunner } from './turn-runner.ts'

export interface EarlierTurns {
  /** Deletes the messages of an earlier turn at the server. Never rejects. */
  deleteMessages(turn: Turn, turnId: string): Promise<void>
  /** Waits for another turn to leave the conversation, for 10 s at most. Never rejects. */
  waitUntilFree(turn: Turn): Promise<void>
}

const BUSY_SECONDS = 10

export function createEarlierTurns(
  transport: ChatTransport,
  runner: Pick<TurnRunner, 'lastLeft'>,
  pause: Pause,
): EarlierTurns {
  return {
    async deleteMessages({ requests, conversationId = '' }, turnId) {
      try {
        const { messages } = await transport.listMessages(requests.signal, conversationId)
        const outdated = messages.filter((message) => message.turnId === turnId)
        await Promise.all(outdated.map(({ id }) => transport.deleteMessage(requests.signal, conversationId, id)))
      } catch {
        // The agent will then see the question twice, which does no harm. If something is wrong, asking again will show it.
      }
    },

    async waitUntilFree({ requests, conversationId = '' }) {
      const { signal } = requests
      const { lastLeft } = runner
      try {
        let turnId = lastLeft?.conversationId === conversationId ? lastLeft.turnId : undefined
        if (turnId !== undefined) await transport.cancel(signal, conversationId, turnId)
        else turnId = (await transport.listMessages(signal, conversationId)).messages.at(-1)?.turnId
        for (let seconds = 0; seconds < BUSY_SECONDS; seconds++) {
          await pause(signal, 1_000)
          if (turnId === undefined || (await transport.turnStatus(signal, conversationId, turnId)) !== 'running') return
        }
      } catch {
        // What is wrong will show when the question is asked once more.
      }
    },
  }
}
