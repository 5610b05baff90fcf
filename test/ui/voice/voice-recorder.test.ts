// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { canRecord, createVoiceRecorder, MAX_SECONDS } from '../../../src/ui/voice/voice-recorder.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'

/** What the browser was asked for, and how it answers. */
let allow: () => Promise<void>
let live: number
let contexts: number
let clock: FakeClock

class FakeRecorder extends EventTarget {
  state = 'inactive'
  start() {
    this.state = 'recording'
  }
  stop() {
    this.state = 'inactive'
    this.dispatchEvent(Object.assign(new Event('dataavailable'), { data: new Blob(['sound']) }))
    this.dispatchEvent(new Event('stop'))
  }
  constructor() {
    super()
    recorders.push(this)
  }
}
let recorders: FakeRecorder[] = []

class FakeAudioContext {
  constructor() {
    contexts++
  }
  async close() {
    contexts--
  }
  createMediaStreamSource = () => ({ connect: () => {} })
}

beforeEach(() => {
  clock = createFakeClock()
  allow = async () => {}
  live = 0
  contexts = 0
  recorders = []
  const getUserMedia = async () => {
    await allow()
    live++
    let on = true
    const stop = () => {
      if (on) live--
      on = false
    }
    return { getTracks: () => [{ stop }] }
  }
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } })
  vi.stubGlobal('MediaRecorder', FakeRecorder)
  vi.stubGlobal('AudioContext', FakeAudioContext)
  vi.stubGlobal(
    'AnalyserNode',
    class {
      fftSize = 4
      getByteTimeDomainData = (samples: Uint8Array) => samples.set([128, 128 + 32, 128, 128])
    },
  )
  vi.stubGlobal(
    'OfflineAudioContext',
    class {
      decodeAudioData = async () => ({ getChannelData: () => Float32Array.of(0, 1, -1, 2) })
    },
  )
})
afterEach(() => {
  // Whatever a test did, the microphone is free.
  expect({ live, contexts }).toEqual({ live: 0, contexts: 0 })
})

const named = (name: string) => Promise.reject(new DOMException('no', name))

function setUp(transcribe: (audio: Blob, signal: AbortSignal) => Promise<string> = async () => 'hello there') {
  const heard: string[] = []
  const sounds: Blob[] = []
  const recorder = createVoiceRecorder({
    clock,
    transcribe(audio, signal) {
      sounds.push(audio)
      return transcribe(audio, signal)
    },
    onText: (text) => heard.push(text),
    onChange: () => {},
  })
  const settle = () => new Promise((resolve) => setTimeout(resolve))
  return { recorder, heard, sounds, settle }
}

describe('a recording', () => {
  it('becomes text, as a WAV file that the service takes, and lets go of the microphone', async () => {
    const { recorder, heard, sounds, settle } = setUp()
    await recorder.start()
    expect({ live, phase: recorder.getState().phase }).toEqual({ live: 1, phase: 'recording' })
    await clock.advance(2000)
    expect(recorder.getState()).toMatchObject({ seconds: 2, levels: expect.arrayContaining([0.5]) })
    recorder.finish()
    expect({ live, phase: recorder.getState().phase }).toEqual({ live: 0, phase: 'transcribing' })
    await settle()
    expect(heard).toEqual(['hello there'])
    expect(recorder.getState()).toMatchObject({ phase: 'idle', problem: undefined })
    expect(sounds[0]?.type).toBe('audio/wav')
    const bytes = new DataView(await (sounds[0] ?? new Blob()).arrayBuffer())
    expect([44, 46, 48, 50].map((at) => bytes.getInt16(at, true))).toEqual([0, 32767, -32767, 32767])
    expect(bytes.getUint32(24, true)).toBe(16_000)
  })

  it('that is cancelled is not sent', async () => {
    const { recorder, heard, sounds, settle } = setUp()
    await recorder.start()
    await clock.advance(2000)
    recorder.cancel()
    expect(live).toBe(0)
    recorders[0]?.stop()
    await settle()
    expect([heard, sounds, recorder.getState().phase]).toEqual([[], [], 'idle'])
  })

  it('that is cancelled while permission is asked for never starts, and the microphone is let go of', async () => {
    const { recorder } = setUp()
    let grant = () => {}
    allow = () => new Promise((resolve) => (grant = resolve))
    const starting = recorder.start()
    expect(recorder.getState().phase).toBe('asking')
    recorder.finish()
    grant()
    await starting
    expect({ live, phase: recorder.getState().phase, recorders }).toEqual({ live: 0, phase: 'idle', recorders: [] })
  })

  it('that is cancelled while it is transcribed brings no text', async () => {
    let stopped: AbortSignal | undefined
    const { recorder, heard, settle } = setUp(async (_, signal) => {
      stopped = signal
      await new Promise((resolve) => setTimeout(resolve))
      return 'late'
    })
    await recorder.start()
    await clock.advance(1000)
    recorder.finish()
    await settle()
    recorder.cancel()
    await settle()
    await settle()
    expect([heard, stopped?.aborted, recorder.getState().phase]).toEqual([[], true, 'idle'])
  })

  it('ends by itself when it has become too long, and what was said is kept', async () => {
    const { recorder, heard, settle } = setUp()
    await recorder.start()
    await clock.advance(MAX_SECONDS * 1000 + 200)
    expect(live).toBe(0)
    await settle()
    expect(heard).toEqual(['hello there'])
    expect(recorder.getState()).toMatchObject({ full: true, phase: 'idle' })
  })

  it('ends with what was said when the microphone is pulled out', async () => {
    const { recorder, heard, settle } = setUp()
    await recorder.start()
    await clock.advance(1000)
    recorders[0]?.stop()
    await settle()
    expect(heard).toEqual(['hello there'])
  })

  it('is begun once, however often it is asked for', async () => {
    const { recorder } = setUp()
    await Promise.all([recorder.start(), recorder.start()])
    expect(live).toBe(1)
    recorder.cancel()
  })
})

describe('what can go wrong', () => {
  it.each([
    ['NotAllowedError', 'blocked'],
    ['SecurityError', 'blocked'],
    ['NotFoundError', 'missing'],
    ['NotReadableError', 'failed'],
  ])('%s is told as "%s"', async (name, problem) => {
    const { recorder } = setUp()
    allow = () => named(name)
    await recorder.start()
    expect(recorder.getState()).toMatchObject({ phase: 'idle', problem })
  })

  it('a recorder that cannot be made lets go of the microphone', async () => {
    const { recorder } = setUp()
    vi.stubGlobal('MediaRecorder', function unsupported() {
      throw new DOMException('no', 'NotSupportedError')
    })
    await recorder.start()
    expect(recorder.getState().problem).toBe('failed')
  })

  it('a recorder that breaks lets go of the microphone', async () => {
    const { recorder } = setUp()
    await recorder.start()
    recorders[0]?.dispatchEvent(new Event('error'))
    expect(recorder.getState().problem).toBe('failed')
  })

  it('a slip of the finger and a silent recording are told as such', async () => {
    const { recorder, sounds, settle } = setUp(async () => '  ')
    await recorder.start()
    recorder.finish()
    expect([recorder.getState().problem, sounds]).toEqual(['silent', []])
    await recorder.start()
    await clock.advance(1000)
    recorder.finish()
    await settle()
    expect(recorder.getState().problem).toBe('silent')
  })

  it('a recording that could not be transcribed is kept for another try', async () => {
    let tries = 0
    const { recorder, heard, sounds, settle } = setUp(async () => {
      if (++tries === 1) throw new Error('offline')
      return 'second time'
    })
    await recorder.start()
    await clock.advance(1000)
    recorder.finish()
    await settle()
    expect(recorder.getState().problem).toBe('unclear')
    recorder.retry()
    await settle()
    expect(heard).toEqual(['second time'])
    expect(sounds[1]).toBe(sounds[0])
  })
})

it('is offered only where a page is safe and the browser can record', () => {
  expect(canRecord()).toBe(true)
  vi.stubGlobal('isSecureContext', false)
  expect(canRecord()).toBe(false)
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('navigator', {})
  expect(canRecord()).toBe(false)
})
