/** Reads a text aloud, piece by piece, so that the first words are heard soon. On a page one speaker reads at a time. */
import { browserUrl } from '../../platform/parse-url.ts'

export type SpeechPhase = 'idle' | 'loading' | 'playing'
/** `blocked`: by the page's Content-Security-Policy. `press`: the browser demands another press, since fetching the sound took long. */
export type SpeechProblem = 'failed' | 'blocked' | 'press'

export interface Speaker {
  readonly phase: SpeechPhase
  readonly problem: SpeechProblem | undefined
  /** Begins, or stops what is being read. */
  toggle(text: string | Promise<string>): void
  stop(): void
}

/** At most this long, where a sentence ends; else after a word, else anywhere but inside a character. */
const PIECE = /.{1,240}(?:[.!?。！？…\n]|$)|.{1,240}(?:\s|$)|.{1,240}/gsu

let stopOther = () => {}

/** @param speak returns the sound of a piece; the same for the life of a speaker */
export function createSpeaker(
  speak: (text: string, signal: AbortSignal) => Promise<Blob>,
  onChange: () => void,
): Speaker {
  let phase: SpeechPhase = 'idle'
  let problem: SpeechProblem | undefined
  let reading: AbortController | undefined
  /** A sound that the browser refused to play, for the next press. */
  let kept: { text: string; sound: Blob } | undefined

  function set(nextPhase: SpeechPhase, nextProblem?: SpeechProblem): void {
    phase = nextPhase
    problem = nextProblem
    onChange()
  }

  function stop(): void {
    if (reading === undefined) return
    reading.abort()
    reading = undefined
    set('idle')
  }

  async function read(given: string | Promise<string>, player: HTMLAudioElement, signal: AbortSignal): Promise<void> {
    const text = await given
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
    let next = fetchPiece(0)
    for (let index = 1; next !== undefined; index++) {
      const sound = await next
      if (signal.aborted) return
      next = fetchPiece(index)
      if (index === 1) kept = { text, sound }
      if (sound.size > 0) await play(player, sound, signal, () => set('playing'))
    }
    kept = undefined
  }

  function toggle(text: string | Promise<string>): void {
    if (reading !== undefined) {
      stop()
      return
    }
    stopOther()
    stopOther = stop
    const mine = new AbortController()
    reading = mine
    set('loading')
    // The player has to be made while the press lasts, or the browser will not let it play.
    read(text, new Audio(), mine.signal)
      .then(
        () => undefined,
        (thrown) => problemOf(thrown),
      )
      .then((failure) => {
        if (reading !== mine) return
        reading = undefined
        if (failure !== 'press') kept = undefined
        set('idle', failure)
      })
  }

  return {
    get phase() {
      return phase
    },
    get problem() {
      return problem
    },
    toggle,
    stop,
  }
}

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

function problemOf(thrown: unknown): SpeechProblem {
  const name = thrown instanceof Error ? thrown.name : ''
  if (name === 'SecurityError') return 'blocked'
  return name === 'NotAllowedError' ? 'press' : 'failed'
}
