/** What a plain question and its answer do not need: conversations in a list, files, voice, ratings. A chunk of its own. */
import type { ChatTransport } from '../chat/chat-transport.ts'
import type { CozeClient } from './coze-client.ts'
import { createUploadFetch } from './upload-fetch.ts'
import type {
  WireConversation,
  WireConversationPage,
  WireFeedbackRequest,
  WireFile,
  WireSection,
  WireSpeechRequest,
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
>

export interface CozeExtrasOptions {
  /** Absent for a chatflow. */
  botId: string | undefined
  /** Known once the agent was loaded; throws where the agent has none. */
  requireVoice: () => string
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

export function createCozeExtras(client: CozeClient, options: CozeExtrasOptions): CozeExtras {
  const { botId } = options
  return {
    async listConversations(signal, page) {
      // The vendor lists conversations by agent only.
      if (botId === undefined) return { items: [], hasMore: false }
      const { conversations, has_more }: WireConversationPage = await client.listConversations(
        signal,
        botId,
        page,
        PAGE_SIZE,
      )
      const items = conversations.map((conversation) => ({
        id: conversation.id,
        title: conversation.name ?? '',
        updatedAt: Number(conversation.updated_at ?? conversation.created_at) * 1000,
      }))
      return { items, hasMore: has_more }
    },

    async renameConversation(signal, conversationId, title) {
      const body = () => ({ name: title.slice(0, MAX_TITLE_LENGTH) })
      await client.data<WireConversation>({ method: 'PUT', path: conversationPath(conversationId), body, signal })
    },

    async deleteConversation(signal, conversationId) {
      await client.data({ method: 'DELETE', path: conversationPath(conversationId), signal })
    },

    async clearContext(signal, conversationId) {
      const path = conversationPath(conversationId, '/clear')
      return (await client.data<WireSection>({ method: 'POST', path, signal })).id
    },

    async deleteMessage(signal, conversationId, messageId) {
      const query = { conversation_id: conversationId, message_id: messageId }
      await client.data({ method: 'POST', path: '/v1/conversation/message/delete', query, signal })
    },

    async upload(signal, file, onProgress) {
      const { id, bytes, file_name } = await client.data<WireFile>({
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
      return (await client.data<WireTranscription>(call)).text
    },

    async speak(signal, text) {
      const voiceId = options.requireVoice()
      const parts: Blob[] = []
      for (const input of splitForSpeech(text)) {
        const body = (): WireSpeechRequest => ({ input, voice_id: voiceId, response_format: 'mp3' })
        parts.push(await client.blob({ path: '/v1/audio/speech', body, signal, limitMs: TRANSFER_LIMIT_MS }))
      }
      // MP3 frames stand for themselves, so files can be joined end to end.
      return new Blob(parts, { type: 'audio/mpeg' })
    },

    async rate(signal, conversationId, messageId, rating) {
      const path = conversationPath(conversationId, `/messages/${encodeURIComponent(messageId)}/feedback`)
      if (rating === undefined) return void (await client.data({ method: 'DELETE', path, signal }))
      const body = (): WireFeedbackRequest => ({
        feedback_type: rating.kind,
        ...(rating.reasons && { reason_types: [...rating.reasons] }),
        ...(rating.comment && { comment: rating.comment }),
      })
      await client.data({ path, body, signal })
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
