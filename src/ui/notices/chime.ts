/** A short, soft sound of two tones. It is computed, so that no file has to be fetched and no media policy is in the way. */

const TONES_HZ = [784, 1047]
const TONE_S = 0.14
const VOLUME = 0.06
/** Answers that come together sound once. */
const PAUSE_MS = 2_000

export interface Chime {
  /** Browsers let a page sound only after a press of the visitor's: to be called within one. */
  unlock(): void
  /** Without effect before `unlock`. */
  play(): void
  destroy(): void
}

export function createChime(now: () => number): Chime {
  let context: AudioContext | undefined
  let lastAt = Number.NEGATIVE_INFINITY

  return {
    unlock() {
      if (typeof AudioContext === 'undefined') return
      context ??= new AudioContext()
      // Refused: it stays silent.
      if (context.state === 'suspended') context.resume().catch(() => {})
    },
    play() {
      if (context?.state !== 'running' || now() - lastAt < PAUSE_MS) return
      lastAt = now()
      for (const [index, hertz] of TONES_HZ.entries()) {
        const begin = context.currentTime + index * TONE_S
        const tone = context.createOscillator()
        const volume = context.createGain()
        tone.frequency.value = hertz
        volume.gain.setValueAtTime(0, begin)
        volume.gain.linearRampToValueAtTime(VOLUME, begin + 0.02)
        volume.gain.exponentialRampToValueAtTime(0.0001, begin + 2 * TONE_S)
        tone.connect(volume).connect(context.destination)
        tone.start(begin)
        tone.stop(begin + 2 * TONE_S)
      }
    },
    destroy() {
      context?.close().catch(() => {})
      context = undefined
    },
  }
}
