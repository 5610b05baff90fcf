/** What an agent says aloud, as something that a page can play. */
import type { Attachment } from '../../chat/chat-state.ts'
import { wavFile } from '../../platform/wav.ts'

/** Streamed speech has no header. It is 16-bit samples, so many a second: https://www.coze.cn/docs/developer_guides/text_to_speech */
const SAMPLES_PER_SECOND = 24_000
/** Base64 characters of one turn: four minutes of speech. What comes after them is not heard. */
const MAX_SPEECH_LENGTH = 16 * 1024 * 1024
/** `String.fromCharCode` takes a limited number of arguments. */
const CODES_PER_CALL = 0x8000

/** By the first bytes of a file. */
const FORMATS: readonly (readonly [start: RegExp, type: string])[] = [
  [/^RIFF/, 'audio/wav'],
  [/^OggS/, 'audio/ogg'],
  [/^(?:ID3|\xff[\xe2-\xfb])/, 'audio/mpeg'],
]

/** Collects speech that comes in pieces. */
export interface SpeechCollector {
  add(messageId: string, base64: string): void
  /** Empties it. Pieces that make no sound are left out. */
  take(): readonly { readonly messageId: string; readonly sound: Attachment }[]
}

export function createSpeechCollector(): SpeechCollector {
  const pieces = new Map<string, string[]>()
  let length = 0
  return {
    add(messageId, base64) {
      length += base64.length
      if (base64 === '' || length > MAX_SPEECH_LENGTH) return
      const ofMessage = pieces.get(messageId)
      if (ofMessage) ofMessage.push(base64)
      else pieces.set(messageId, [base64])
    },
    take() {
      const taken = [...pieces].flatMap(([messageId, ofMessage]) => {
        const sound = soundAttachment(ofMessage)
        return sound === undefined ? [] : [{ messageId, sound }]
      })
      pieces.clear()
      length = 0
      return taken
    },
  }
}

/**
 * @param pieces each in Base64
 * @returns undefined where they are no sound
 */
export function soundAttachment(pieces: readonly string[]): Attachment | undefined {
  let bytes: string
  try {
    bytes = pieces.map((piece) => atob(piece)).join('')
  } catch {
    return undefined
  }
  if (bytes === '') return undefined
  const known = FORMATS.find(([start]) => start.test(bytes))?.[1]
  const type = known ?? 'audio/wav'
  const file = known === undefined ? binaryString(wavFile(bytesOf(bytes), SAMPLES_PER_SECOND)) : bytes
  return {
    kind: 'audio',
    name: '',
    sizeBytes: file.length,
    mimeType: type,
    url: `data:${type};base64,${btoa(file)}`,
    fileId: undefined,
  }
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function binaryString(bytes: Uint8Array): string {
  let text = ''
  for (let from = 0; from < bytes.length; from += CODES_PER_CALL) {
    text += String.fromCharCode(...bytes.subarray(from, from + CODES_PER_CALL))
  }
  return text
}
