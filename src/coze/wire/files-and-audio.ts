/**
 * Files and audio: what uploads, speech recognition and text to speech take and return.
 *
 * Shapes only. Ids are decimal strings beyond 2^53, never numbers; times are Unix seconds. A reader must expect unknown fields and
 * values, and here and there a number spelled as a string.
 */

/** https://www.coze.cn/docs/developer_guides/upload_files : multipart, one part named `file`. */
export interface WireFile {
  id: string
  bytes: number
  created_at: number
  file_name: string
}

/** https://www.coze.cn/docs/developer_guides/audio_transcriptions : multipart, one part named `file`. */
export interface WireTranscription {
  text: string
}

/** https://www.coze.cn/docs/developer_guides/text_to_speech : returns raw audio, or a JSON failure. */
export interface WireSpeechRequest {
  /** At most 1,024 bytes. */
  input: string
  voice_id: string
  response_format?: 'mp3' | 'wav' | 'pcm' | 'ogg_opus'
  /** 0.2 to 3. */
  speed?: number
  /** Default 24000. The vendor's own Chat SDK misspells it `sampling_rate`. */
  sample_rate?: number
}
