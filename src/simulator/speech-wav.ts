/** A voice without words: one soft tone per syllable, as real WAV bytes (RIFF, 16-bit PCM, mono). */

const MAX_SECONDS = 2
const SECONDS_PER_CHARACTER = 0.08
const HEADER_BYTES = 44
/** C major pentatonic, so that it sounds friendly whatever the text. */
const PITCHES = [261.6, 293.7, 329.6, 392, 440]

export function speechWav(text: string, sampleRate = 24_000): Uint8Array<ArrayBuffer> {
  const characters = [...text]
  const seconds = Math.min(MAX_SECONDS, Math.max(0.2, characters.length * SECONDS_PER_CHARACTER))
  const samples = Math.round(seconds * sampleRate)
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + samples * 2))
  writeHeader(view, samples, sampleRate)
  for (let i = 0; i < samples; i++) {
    const time = i / sampleRate
    const syllable = Math.floor(time / SECONDS_PER_CHARACTER)
    const pitch = PITCHES[(characters[syllable]?.codePointAt(0) ?? 0) % PITCHES.length] ?? 440
    const envelope = Math.sin((Math.PI * (time % SECONDS_PER_CHARACTER)) / SECONDS_PER_CHARACTER)
    view.setInt16(HEADER_BYTES + i * 2, Math.sin(2 * Math.PI * pitch * time) * envelope * 6000, true)
  }
  return new Uint8Array(view.buffer)
}

function writeHeader(view: DataView, samples: number, sampleRate: number): void {
  const ascii = (offset: number, text: string) => {
    for (let i = 0; i < text.length; i++) view.setUint8(offset + i, text.charCodeAt(i))
  }
  ascii(0, 'RIFF')
  view.setUint32(4, HEADER_BYTES - 8 + samples * 2, true)
  ascii(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  ascii(36, 'data')
  view.setUint32(40, samples * 2, true)
}

export function encodeBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
