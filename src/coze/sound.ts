/** What an agent says aloud, as something a page can play. */
import type { Attachment } from '../chat/chat-state.ts'
import { wavFile } from '../platform/wav.ts'

/** Streamed speech comes without a header: 16-bit samples, so many a second, as the vendor's own SDKs read it. */
const SPEECH_RATE = 24_000
const CHUNK = 0x8000

/** By the first bytes of a file. */
const FORMATS: readonly (readonly [start: RegExp, type: string])[] = [
  [/^RIFF/, 'audio/wav'],
  [/^OggS/, 'audio/ogg'],
  [/^(?:ID3|\xff[\xe2-\xfb])/, 'audio/mpeg'],
]

/**
 * @param pieces each in Base64
 * @returns undefined where they are no such thing
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
  const file = known === undefined ? textOf(wavFile(Uint8Array.from(bytes, codeOf), SPEECH_RATE)) : bytes
  return {
    kind: 'audio',
    name: '',
    sizeBytes: file.length,
    mimeType: known ?? 'audio/wav',
    url: `data:${known ?? 'audio/wav'};base64,${btoa(file)}`,
    fileId: undefined,
  }
}

const codeOf = (character: string) => character.charCodeAt(0)

function textOf(bytes: Uint8Array): string {
  let text = ''
  for (let from = 0; from < bytes.length; from += CHUNK)
    text += String.fromCharCode(...bytes.subarray(from, from + CHUNK))
  return text
}
