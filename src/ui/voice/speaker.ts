/** What is read aloud, and whether it is. On a page one speaker reads at a time. */
import type { ReadText } from '../parts.ts'

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

let stopOther = () => {}

/** @param loadReader is asked once for what reads; it can be used again and again */
export function createSpeaker(loadReader: () => Promise<ReadText>, onChange: () => void): Speaker {
  let phase: SpeechPhase = 'idle'
  let problem: SpeechProblem | undefined
  let reading: AbortController | undefined
  let reader: ReadText | undefined

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

  async function read(text: string | Promise<string>, player: HTMLAudioElement, signal: AbortSignal): Promise<void> {
    const [words] = await Promise.all([text, load()])
    if (!signal.aborted) await reader?.(words, player, signal, () => set('playing'))
  }

  async function load(): Promise<void> {
    reader ??= await loadReader()
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

function problemOf(thrown: unknown): SpeechProblem {
  const name = thrown instanceof Error ? thrown.name : ''
  if (name === 'SecurityError') return 'blocked'
  return name === 'NotAllowedError' ? 'press' : 'failed'
}
