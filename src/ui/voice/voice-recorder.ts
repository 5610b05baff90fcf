/** What a visitor says, as text for the composer. The microphone is released however a recording ends. */

import { type Clock, systemClock } from '../../platform/clock.ts'
import { onAbort } from '../../platform/waiting/abort.ts'
import { createLinkedAbort, type LinkedAbort } from '../../platform/waiting/linked-abort.ts'
import { wavFile } from '../../platform/wav.ts'

export type VoicePhase = 'idle' | 'asking' | 'recording' | 'transcribing'
/** `blocked`: permission refused. `missing`: no microphone. `failed`: it cannot be used. `silent`: no words in it. `unclear`: not transcribed, may be tried again. */
export type VoiceProblem = 'blocked' | 'missing' | 'failed' | 'silent' | 'unclear'

/** A value: another one after each change. */
export interface VoiceState {
  readonly phase: VoicePhase
  /** Whole seconds recorded. */
  readonly seconds: number
  /** How loud it was lately, oldest first, each 0 to 1. */
  readonly levels: readonly number[]
  readonly problem: VoiceProblem | undefined
  /** The recording was ended because it had become too long; what was said until then is kept. */
  readonly full: boolean
}

export interface VoiceRecorder {
  getState(): VoiceState
  start(): Promise<void>
  /** Ends the recording and has it transcribed. */
  finish(): void
  /** Forgets what was recorded. */
  cancel(): void
  /** Has the last recording transcribed once more. */
  retry(): void
}

export interface VoiceRecorderOptions {
  transcribe(audio: Blob, signal: AbortSignal): Promise<string>
  onText(text: string): void
  onChange(): void
  clock?: Clock
}

/** Far below what the service takes (10 MB, 30 minutes), and long for a message. */
export const MAX_SECONDS = 120
/** What speech needs. */
const SAMPLE_RATE = 16_000
/** A shorter recording was a slip: no word fits into it. */
const SHORTEST_MS = 400
const TICK_MS = 100
const LEVELS_SHOWN = 40

const IDLE: VoiceState = { phase: 'idle', seconds: 0, levels: [], problem: undefined, full: false }

/** Everything that has to be there: a safe page, a microphone API and a recorder. */
export function canRecord(): boolean {
  return (
    globalThis.isSecureContext &&
    navigator.mediaDevices?.getUserMedia !== undefined &&
    'MediaRecorder' in globalThis &&
    'OfflineAudioContext' in globalThis
  )
}

export function createVoiceRecorder(options: VoiceRecorderOptions): VoiceRecorder {
  const { transcribe, onText, onChange, clock = systemClock } = options
  let state = IDLE
  /** Aborts the recording under way, from the question for permission to its text. */
  let work: AbortController | undefined
  let recorder: MediaRecorder | undefined
  let wav: Blob | undefined

  function set(part: Partial<VoiceState>): void {
    state = { ...state, ...part }
    onChange()
  }

  function end(problem?: VoiceProblem): void {
    work?.abort()
    work = undefined
    recorder = undefined
    set({ ...IDLE, problem, full: state.full })
  }

  async function start(): Promise<void> {
    if (work !== undefined) return
    const mine = new AbortController()
    const { signal } = mine
    work = mine
    wav = undefined
    set({ ...IDLE, phase: 'asking' })
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } })
      const microphone = createLinkedAbort(signal)
      onAbort(microphone.signal, () => {
        for (const track of stream.getTracks()) track.stop()
      })
      if (!signal.aborted) record(stream, microphone, signal)
    } catch (thrown) {
      if (!signal.aborted) end(problemOf(thrown))
    }
  }

  /** @param microphone aborted when the recording is over, which ends everything that listens */
  function record(stream: MediaStream, microphone: LinkedAbort, signal: AbortSignal): void {
    const startedAt = clock.monotonic()
    const pieces: Blob[] = []
    const current = new MediaRecorder(stream)
    recorder = current
    current.addEventListener('dataavailable', ({ data }) => pieces.push(data))
    current.addEventListener('error', () => {
      if (!signal.aborted) end('failed')
    })
    // Also when the microphone was pulled out or its permission taken back: what was said until then counts.
    current.addEventListener('stop', () => {
      microphone.abort()
      microphone.unlink()
      if (signal.aborted) return
      if (clock.monotonic() - startedAt < SHORTEST_MS) end('silent')
      else void transcribeWith(signal, () => toWav(new Blob(pieces)))
    })
    const readLevel = levelOf(stream, microphone.signal)
    let timer = clock.setTimeout(look, TICK_MS)
    microphone.signal.addEventListener('abort', () => clock.clearTimeout(timer))
    current.start()
    set({ phase: 'recording' })

    function look(): void {
      const seconds = Math.floor((clock.monotonic() - startedAt) / 1000)
      set({ seconds, levels: [...state.levels, readLevel()].slice(-LEVELS_SHOWN), full: seconds >= MAX_SECONDS })
      if (state.full) finish()
      else timer = clock.setTimeout(look, TICK_MS)
    }
  }

  function finish(): void {
    // Released before permission was given: nothing was said.
    if (state.phase === 'asking') cancel()
    else if (recorder?.state === 'recording') recorder.stop()
  }

  async function transcribeWith(signal: AbortSignal, load: () => Promise<Blob>): Promise<void> {
    set({ phase: 'transcribing', problem: undefined })
    try {
      wav ??= await load()
      const text = (await transcribe(wav, signal)).trim()
      if (signal.aborted) return
      end(text ? undefined : 'silent')
      if (text) onText(text)
    } catch {
      if (!signal.aborted) end(wav === undefined ? 'silent' : 'unclear')
    }
  }

  function cancel(): void {
    wav = undefined
    state = IDLE
    end()
  }

  return {
    getState: () => state,
    start,
    finish,
    cancel,
    retry() {
      const recording = wav
      if (work !== undefined || recording === undefined) return
      work = new AbortController()
      void transcribeWith(work.signal, async () => recording)
    },
  }
}

function problemOf(thrown: unknown): VoiceProblem {
  const name = thrown instanceof Error ? thrown.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'blocked'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'failed'
}

/** @returns how loud it is now, 0 to 1; always 0 where that cannot be measured, which is no reason not to record */
function levelOf(stream: MediaStream, signal: AbortSignal): () => number {
  try {
    const context = new AudioContext()
    signal.addEventListener('abort', () => void context.close())
    const analyser = new AnalyserNode(context, { fftSize: 512 })
    context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Uint8Array(analyser.fftSize)
    return () => {
      analyser.getByteTimeDomainData(samples)
      const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample - 128)), 0)
      // Speech is seldom louder than half of what is possible.
      return Math.min(1, loudest / 64)
    }
  } catch {
    return () => 0
  }
}

/** Coze does not take WebM, which is all that some browsers record. */
async function toWav(recording: Blob): Promise<Blob> {
  const context = new OfflineAudioContext(1, 1, SAMPLE_RATE)
  const sound = (await context.decodeAudioData(await recording.arrayBuffer())).getChannelData(0)
  const samples = new DataView(new ArrayBuffer(sound.length * 2))
  for (const [index, value] of sound.entries()) {
    samples.setInt16(index * 2, Math.max(-1, Math.min(1, value)) * 0x7fff, true)
  }
  return new Blob([wavFile(new Uint8Array(samples.buffer), SAMPLE_RATE)], { type: 'audio/wav' })
}
