/** Turns: asked, answered by the page's tools, stopped and looked up. https://www.coze.cn/docs/developer_guides/chat_v3 */
import type { Attachment } from '../../chat/chat-state.ts'
import type { ChatTransport, TurnEvent } from '../../chat/chat-transport.ts'
import { CozeChatError, isCozeChatError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { toJson } from '../../platform/to-json.ts'
import { createLinkedAbort, type LinkedAbort } from '../../platform/waiting/linked-abort.ts'
import type { CozeClient } from '../client.ts'
import { required } from '../parse-object.ts'
import type { CardReader } from '../turn/cards.ts'
import { createTurnDecoder, holdsCard, joinPieces } from '../turn/turn-decoder.ts'
import { createTurnMemory } from '../turn/turn-memory.ts'
import { VENDOR_CODES } from '../vendor-codes.ts'
import type { WireCancelRequest, WireChat, WireToolOutputsRequest } from '../wire/chat.ts'
import type { WireAdditionalMessage } from '../wire/messages.ts'
import { statusOf } from '../wire/studio.ts'
import type { TargetCalls, TurnCall } from './target.ts'

export type TurnCalls = Pick<ChatTransport, 'ask' | 'submitToolOutputs' | 'cancel' | 'turnStatus'>

export interface TurnCallsOptions {
  cards: CardReader
  clock: Clock
  /** Chatflows take text only. */
  takesFiles: boolean
}

/**
 * After the last event, a connection gets this long to end by itself: one that is cancelled looks like a failure in the browser's
 * network panel.
 */
const LINGER_MS = 2_000

/** Coze cannot cancel the turn in its state, which means that the turn has ended. */
const TURN_HAS_ENDED: readonly string[] = [VENDOR_CODES.cannotCancel, VENDOR_CODES.studioCannotCancel].map(
  ({ number }) => String(number),
)

export function createTurnCalls(
  client: CozeClient,
  target: TargetCalls,
  { cards, clock, takesFiles }: TurnCallsOptions,
): TurnCalls {
  /** Of the turn under way, for the stream that follows `submitToolOutputs`. */
  let memory = createTurnMemory()

  /** @param callOf called when somebody reads */
  async function* stream(signal: AbortSignal, callOf: () => TurnCall): AsyncGenerator<readonly TurnEvent[], void> {
    const call = callOf()
    const link = createLinkedAbort(signal)
    const decoder = createTurnDecoder(cards, memory)
    const events = client.stream({ ...call, signal: link.signal })
    try {
      for (;;) {
        const piece = await events.next()
        if (piece.done) break
        // Rare, and the pieces of an answer do not wait for it.
        if (piece.value.some(holdsCard)) await cards.prepare()
        yield joinPieces(piece.value.flatMap(decoder.push))
        if (decoder.ended) return
      }
    } finally {
      if (!decoder.ended) await events.return()
      void letRunOut(events, link)
    }
    throw new CozeChatError('interrupted', 'The connection ended before the answer did.', { retryable: true })
  }

  async function letRunOut(events: AsyncGenerator<unknown>, { abort, unlink }: LinkedAbort): Promise<void> {
    const timer = clock.setTimeout(abort, LINGER_MS)
    try {
      while (!(await events.next()).done);
    } catch {
      // The answer is complete, so it does not matter how its connection ends.
    }
    clock.clearTimeout(timer)
    unlink()
  }

  return {
    ask(signal, conversationId, { text, attachments }) {
      memory = createTurnMemory()
      return stream(signal, () => {
        if (attachments.length > 0 && !takesFiles) {
          throw new CozeChatError('invalid_request', 'A chatflow takes text only; pass files as its parameters.')
        }
        return target.chatCall(conversationId, { role: 'user', type: 'question', ...contentOf(text, attachments) })
      })
    },

    // https://www.coze.cn/docs/developer_guides/chat_submit_tool_outputs
    submitToolOutputs: (signal, conversationId, turnId, outputs) =>
      stream(signal, () => ({
        path: '/v3/chat/submit_tool_outputs',
        query: { conversation_id: conversationId, chat_id: turnId },
        body: (): WireToolOutputsRequest => ({
          tool_outputs: outputs.map(({ callId, output }) => ({ tool_call_id: callId, output })),
          stream: true,
        }),
      })),

    // https://www.coze.cn/docs/developer_guides/chat_cancel
    async cancel(signal, conversationId, turnId) {
      try {
        const body = (): WireCancelRequest => ({ conversation_id: conversationId, chat_id: turnId })
        await client.data<WireChat>({ path: '/v3/chat/cancel', body, signal })
      } catch (error) {
        if (!isCozeChatError(error) || !TURN_HAS_ENDED.includes(error.upstreamCode ?? '')) throw error
      }
    },

    async turnStatus(signal, conversationId, turnId) {
      const query = { conversation_id: conversationId, chat_id: turnId }
      const found = await client.data<WireChat>({ path: '/v3/chat/retrieve', query, signal })
      const status = statusOf(required(found.status))
      if (status === 'created' || status === 'in_progress') return 'running'
      return status === 'requires_action' ? 'waiting' : status
    },
  }
}

function contentOf(
  text: string,
  attachments: readonly Attachment[],
): Pick<WireAdditionalMessage, 'content' | 'content_type'> {
  if (attachments.length === 0) return { content: text, content_type: 'text' }
  const parts = attachments.map(({ kind, fileId, url }) => ({
    type: kind,
    ...(fileId === undefined ? { file_url: url } : { file_id: fileId }),
  }))
  // Coze refuses files without words.
  const words = text || attachments.map(({ name }) => name).join(', ')
  return { content: String(toJson([{ type: 'text', text: words }, ...parts])), content_type: 'object_string' }
}
