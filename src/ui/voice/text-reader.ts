/** Reads a text aloud, piece by piece, so that the first words are heard soon. */
import { browserUrl } from '../../platform/addresses/parse-url.ts'
import type { ReadText, Speak } from '../parts.ts'

/** At most this long, where a sentence ends; else after a word, else anywhere but inside a character. */
const PIECE = /.{1,240}(?:[.!?。！？…\n]|$)|.{1,240}(?:\s|$)|.{1,240}/gsu

export function createTextReader(speak: Speak): ReadText {
  /** A sound that the browser refused to play, for the next press. */
  let kept: { text: string; sound: Blob } | undefined

  return async (text, player, signal, onPlaying) => {
    const pieces = text.match(PIECE) ?? []
    const fetchPiece = (index: number): Promise<Blob> | undefined => {
      const piece = pieces[index]?.trim()
      if (piece === undefined) return undefined
      if (index === 0 && kept?.text === text) return Promise.resolve(kept.sound)
      const sound = piece === '' ? Promise.resolve(new Blob()) : speak(piece, signal)
      // A failure is handled when the piece is to be played.
      sound.catch(() => {})
      return sound
    }
    try {
      let next = fetchPiece(0)
      for (let index = 1; next !== undefined; index++) {
        const sound = await next
        if (signal.aborted) return
        next = fetchPiece(index)
        if (index === 1) kept = { text, sound }
        if (sound.size > 0) await play(player, sound, signal, onPlaying)
      }
      kept = undefined
    } catch (thrown) {
      if (!signal.aborted && !isRefusal(thrown)) kept = undefined
      throw thrown
    }
  }
}

/** The browser demands another press. */
const isRefusal = (thrown: unknown) => thrown instanceof Error && thrown.name === 'NotAllowedError'

/** Until the end of the sound, or until it is stopped. */
async function play(player: HTMLAudioElement, sound: Blob, signal: AbortSignal, onStart: () => void): Promise<void> {
  const url = browserUrl().createObjectURL(sound)
  const over = new AbortController()
  try {
    await new Promise<void>((resolve, reject) => {
      const listening = { signal: over.signal }
      signal.addEventListener('abort', () => resolve(), listening)
      player.addEventListener('ended', () => resolve(), listening)
      // The browser reports a policy a moment after the player has given up.
      const giveUp = (thrown: unknown) => setTimeout(() => reject(thrown), 50)
      player.addEventListener('error', giveUp, listening)
      document.addEventListener(
        'securitypolicyviolation',
        ({ effectiveDirective, blockedURI, disposition }) => {
          const ours = disposition !== 'report' && effectiveDirective === 'media-src' && /^blob/.test(blockedURI)
          if (ours) reject(new DOMException('blocked', 'SecurityError'))
        },
        listening,
      )
      player.src = url
      player.play().then(onStart, giveUp)
    })
  } finally {
    over.abort()
    player.pause()
    player.removeAttribute('src')
    browserUrl().revokeObjectURL(url)
  }
}
