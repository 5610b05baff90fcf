/** What a plain question and its answer do not need: conversations in a list, files, voice, ratings. A chunk of its own. */
import type { Attachment } from '../chat/chat-state.ts'
import type { ChatTransport, ToolOutput } from '../chat/chat-transport.ts'
import { CozeChatError, isCozeChatError } from '../errors.ts'
import type { CozeCall, Requester } from './request.ts'
import type { TurnCall } from './target.ts'
import { createUploadFetch } from './upload-fetch.ts'
import type {
  WireAdditionalMessage,
  WireCancelRequest,
  WireChat,
  WireConversation,
  WireConversationPage,
  WireEnvelope,
  WireFeedbackRequest,
  WireFile,
  WireSection,
  WireSpeechRequest,
  WireToolOutputsRequest,
  WireTranscription,
} from './wire.ts'

export type CozeExtras = Pick<
  ChatTransport,
  | 'listConversations'
  | 'renameConversation'
  | 'deleteConversation'
  | 'clearContext'
  | 'deleteMessage'
  | 'upload'
  | 'transcribe'
  | 'speak'
  | 'rate'
  | 'cancel'
  | 'turnStatus'
> & {
  /** A question with files, as the vendor wants it written. */
  contentWithFiles(
    text: string,
    attachments: readonly Attachment[],
  ): Pick<WireAdditionalMessage, 'content' | 'content_type'>
  toolOutputsCall(conversationId: string, turnId: string, outputs: readonly ToolOutput[]): TurnCall
}

export interface CozeExtrasOptions {
  /** Absent for a chatflow. */
  botId: string | undefined
  connectorId: string
  /** Known once the agent was loaded; `undefined` where it has none. */
  voiceId: () => string | undefined
  /** Whether uploads may go around `fetch`, which reports no progress. */
  progress: boolean
}

const PAGE_SIZE = 20
/** Coze takes 100 characters. */
const MAX_TITLE_LENGTH = 100
/** Uploads and speech take longer than 10 s on a slow line. */
const TRANSFER_LIMIT_MS = 5 * 60_000

const conversationPath = (id: string, rest = '') => `/v1/conversations/${encodeURIComponent(id)}${rest}`

const form = (file: Blob, name: string) => () => {
  const body = new FormData()
  body.append('file', file, name)
  return body
}

/** Not cancellable in its state (4104, in coze-studio 103200005), which means that the turn has ended. */
const ENDED = ['4104', '103200005']

export function createCozeExtras(requester: Requester, options: CozeExtrasOptions): CozeExtras {
  const { botId, connectorId } = options
  const data = async <T>(call: CozeCall) => (await requester.json<WireEnvelope<T>>(call)).data
  return {
    async cancel(signal, conversationId, turnId) {
      try {
        const body = (): WireCancelRequest => ({ conversation_id: conversationId, chat_id: turnId })
        await data<WireChat>({ path: '/v3/chat/cancel', body, signal })
      } catch (error) {
        if (!isCozeChatError(error) || !ENDED.includes(error.upstreamCode ?? '')) throw error
      }
    },

    async turnStatus(signal, conversationId, turnId) {
      const query = { conversation_id: conversationId, chat_id: turnId }
      const { status } = await data<WireChat>({ path: '/v3/chat/retrieve', query, signal })
      if (status === 'created' || status === 'in_progress') return 'running'
      return status === 'requires_action' ? 'waiting' : status
    },

    toolOutputsCall: (conversationId, turnId, outputs) => ({
      path: '/v3/chat/submit_tool_outputs',
      query: { conversation_id: conversationId, chat_id: turnId },
      body: (): WireToolOutputsRequest => ({
        tool_outputs: outputs.map(({ callId, output }) => ({ tool_call_id: callId, output })),
        stream: true,
      }),
    }),

    contentWithFiles(text, attachments) {
      if (botId === undefined) {
        throw new CozeChatError('invalid_request', 'A chatflow takes text only; pass files as its parameters.')
      }
      const parts = attachments.map(({ kind, fileId, url }) => ({
        type: kind,
        ...(fileId === undefined ? { file_url: url } : { file_id: fileId }),
      }))
      // Coze refuses files without words.
      const words = text || attachments.map(({ name }) => name).join(', ')
      return { content: JSON.stringify([{ type: 'text', text: words }, ...parts]), content_type: 'object_string' }
    },

    async listConversations(signal, page) {
      // The vendor lists conversations by agent only.
      if (botId === undefined) return { items: [], hasMore: false }
      const query = { bot_id: botId, connector_id: connectorId, page_num: page, page_size: PAGE_SIZE }
      const { conversations, has_more } = await data<WireConversationPage>({ path: '/v1/conversations', query, signal })
      const items = conversations.map((conversation) => ({
        id: conversation.id,
        title: conversation.name ?? '',
        updatedAt: Number(conversation.updated_at ?? conversation.created_at) * 1000,
      }))
      return { items, hasMore: has_more }
    },

    async renameConversation(signal, conversationId, title) {
      const body = () => ({ name: title.slice(0, MAX_TITLE_LENGTH) })
      await data<WireConversation>({ method: 'PUT', path: conversationPath(conversationId), body, signal })
    },

    async deleteConversation(signal, conversationId) {
      await data({ method: 'DELETE', path: conversationPath(conversationId), signal })
    },

    async clearContext(signal, conversationId) {
      const path = conversationPath(conversationId, '/clear')
      return (await data<WireSection>({ method: 'POST', path, signal })).id
    },

    async deleteMessage(signal, conversationId, messageId) {
      const query = { conversation_id: conversationId, message_id: messageId }
      await data({ method: 'POST', path: '/v1/conversation/message/delete', query, signal })
    },

    async upload(signal, file, onProgress) {
      const { id, bytes, file_name } = await data<WireFile>({
        path: '/v1/files/upload',
        body: form(file, file.name),
        signal,
        limitMs: TRANSFER_LIMIT_MS,
        ...(options.progress && 'XMLHttpRequest' in globalThis && { fetch: createUploadFetch(onProgress) }),
      })
      onProgress(1)
      const kind = /^(image|audio)\//.exec(file.type)?.[1] as 'image' | 'audio' | undefined
      return {
        kind: kind ?? 'file',
        name: file_name,
        sizeBytes: bytes,
        mimeType: file.type || undefined,
        url: undefined,
        fileId: id,
      }
    },

    async transcribe(signal, audio) {
      // The vendor goes by the ending of the name.
      const body = form(audio, `voice.${/\/(\w+)/.exec(audio.type)?.[1] ?? 'webm'}`)
      const call = { path: '/v1/audio/transcriptions', body, signal, limitMs: TRANSFER_LIMIT_MS }
      return (await data<WireTranscription>(call)).text
    },

    async speak(signal, text) {
      const voiceId = options.voiceId()
      if (voiceId === undefined) throw new CozeChatError('invalid_request', 'The agent has no voice.')
      const parts: Blob[] = []
      for (const input of splitForSpeech(text)) {
        const body = (): WireSpeechRequest => ({ input, voice_id: voiceId, response_format: 'mp3' })
        const call = { path: '/v1/audio/speech', body, signal, limitMs: TRANSFER_LIMIT_MS }
        parts.push(
          await requester.send(call, async ({ response, blob, refuse }) => {
            const sound = await blob()
            const isText = /json|text/.test(response.headers.get('content-type') ?? '')
            return isText ? refuse(await sound.text()) : sound
          }),
        )
      }
      // MP3 frames stand for themselves, so files can be joined end to end.
      return new Blob(parts, { type: 'audio/mpeg' })
    },

    async rate(signal, conversationId, messageId, rating) {
      const path = conversationPath(conversationId, `/messages/${encodeURIComponent(messageId)}/feedback`)
      if (rating === undefined) return void (await data({ method: 'DELETE', path, signal }))
      const body = (): WireFeedbackRequest => ({
        feedback_type: rating.kind,
        ...(rating.reasons && { reason_types: [...rating.reasons] }),
        ...(rating.comment && { comment: rating.comment }),
      })
      await data({ path, body, signal })
    },
  }
}

/**
 * Coze reads at most 1,024 bytes aloud, and 256 characters never have more. Cut after a sentence where there is one, else after a
 * word, else anywhere but inside a character.
 */
function splitForSpeech(text: string): string[] {
  return text.match(/.{1,255}(?:[.!?。！？\n]|$)|.{1,255}(?:\s|$)|.{1,256}/gsu) ?? []
}
