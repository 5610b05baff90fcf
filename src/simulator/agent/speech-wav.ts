/** Stands in for speech: one soft tone per character, as real WAV bytes (RIFF, 16-bit PCM, mono). */
import { wavFile } from '../../platform/wav.ts'

const MAX_SECONDS = 2
const SECONDS_PER_CHARACTER = 0.08
/** Hertz of a C major pentatonic scale, in which any sequence of tones sounds harmonious. */
const PITCHES = [261.6, 293.7, 329.6, 392, 440]

/** At most 2 s long. `sampleRate` is in hertz. */
export function speechWav(text: string, sampleRate = 24_000): Uint8Array<ArrayBuffer> {
  const characters = [...text]
  const seconds = Math.min(MAX_SECONDS, Math.max(0.2, characters.length * SECONDS_PER_CHARACTER))
  const samples = Math.round(seconds * sampleRate)
  const sound = new DataView(new ArrayBuffer(samples * 2))
  for (let i = 0; i < samples; i++) {
    const time = i / sampleRate
    const character = Math.floor(time / SECONDS_PER_CHARACTER)
    const pitch = PITCHES[(characters[character]?.codePointAt(0) ?? 0) % PITCHES.length] ?? 440
    const envelope = Math.sin((Math.PI * (time % SECONDS_PER_CHARACTER)) / SECONDS_PER_CHARACTER)
    sound.setInt16(i * 2, Math.sin(2 * Math.PI * pitch * time) * envelope * 6000, true)
  }
  return wavFile(new Uint8Array(sound.buffer), sampleRate)
}

export function encodeBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
