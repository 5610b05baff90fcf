/** Uploads, speech recognition and text to speech. */
import type { ChatTransport } from '../../chat/chat-transport.ts'
import { CozeChatError } from '../../errors.ts'
import type { CozeClient } from '../client.ts'
import { required } from '../parse-object.ts'
import type { WireFile, WireSpeechRequest, WireTranscription } from '../wire/files-and-audio.ts'
import { createUploadFetch } from './upload-fetch.ts'

export type FileAndAudioCalls = Pick<ChatTransport, 'upload' | 'transcribe' | 'speak'>

export interface FileAndAudioOptions {
  /** Known once the agent was loaded; undefined where it has no voice. */
  voiceId: () => string | undefined
  /** Whether uploads may go around `fetch`, which reports no progress. */
  reportsProgress: boolean
}

/** A large file takes longer than 10 s on a slow line. */
const TRANSFER_LIMIT_MS = 5 * 60_000

export function createFileAndAudioCalls(client: CozeClient, options: FileAndAudioOptions): FileAndAudioCalls {
  /** https://www.coze.cn/docs/developer_guides/text_to_speech */
  function speakPiece(signal: AbortSignal, voiceId: string, input: string): Promise<Blob> {
    const body = (): WireSpeechRequest => ({ input, voice_id: voiceId, response_format: 'mp3' })
    const call = { path: '/v1/audio/speech', body, signal, limitMs: TRANSFER_LIMIT_MS }
    return client.send(call, async (response) => {
      const sound = new Blob(await response.pieces())
      // A failure comes as JSON, also with status 200.
      if (/json|text/.test(response.headers.get('content-type') ?? '')) throw response.error(await sound.text())
      return sound
    })
  }

  return {
    // https://www.coze.cn/docs/developer_guides/upload_files
    async upload(signal, file, onProgress) {
      const {
        id,
        bytes = file.size,
        file_name: name = file.name,
      } = await client.data<WireFile>({
        path: '/v1/files/upload',
        body: formOf(file, file.name),
        signal,
        limitMs: TRANSFER_LIMIT_MS,
        ...(options.reportsProgress && 'XMLHttpRequest' in globalThis && { fetch: createUploadFetch(onProgress) }),
      })
      onProgress(1)
      return {
        kind: file.type.startsWith('image/') ? 'image' : file.type.startsWith('audio/') ? 'audio' : 'file',
        name,
        sizeBytes: bytes,
        mimeType: file.type || undefined,
        url: undefined,
        fileId: required(id),
      }
    },

    // https://www.coze.cn/docs/developer_guides/audio_transcriptions
    async transcribe(signal, audio) {
      // Coze goes by the ending of the name.
      const ending = /\/(\w+)/.exec(audio.type)?.[1] ?? 'webm'
      const call = { path: '/v1/audio/transcriptions', body: formOf(audio, `voice.${ending}`), signal }
      const { text = '' } = await client.data<WireTranscription>({ ...call, limitMs: TRANSFER_LIMIT_MS })
      return text
    },

    async speak(signal, text) {
      const voiceId = options.voiceId()
      if (voiceId === undefined) throw new CozeChatError('invalid_request', 'The agent has no voice.')
      const parts: Blob[] = []
      for (const input of splitForSpeech(text)) parts.push(await speakPiece(signal, voiceId, input))
      // Each frame of an MP3 stands for itself, so files can be joined end to end.
      return new Blob(parts, { type: 'audio/mpeg' })
    },
  }
}

const formOf = (file: Blob, name: string) => () => {
  const form = new FormData()
  form.append('file', file, name)
  return form
}

/**
 * Coze reads at most 1,024 bytes aloud, and 256 characters never have more. Cut after a sentence where there is one, else after a
 * word, else anywhere but inside a character.
 */
function splitForSpeech(text: string): string[] {
  return text.match(/.{1,255}(?:[.!?。！？\n]|$)|.{1,255}(?:\s|$)|.{1,256}/gsu) ?? []
}
