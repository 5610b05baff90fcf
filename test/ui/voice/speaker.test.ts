// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSpeaker } from '../../../src/ui/voice/speaker.ts'
import { createTextReader } from '../../../src/ui/voice/text-reader.ts'

let players: FakePlayer[]
let urls: Set<string>
let refuse: string | undefined

class FakePlayer extends EventTarget {
  src = ''
  async play() {
    if (refuse) throw new DOMException('no', refuse)
  }
  pause() {}
  removeAttribute() {
    this.src = ''
  }
  end() {
    this.dispatchEvent(new Event('ended'))
  }
  constructor() {
    super()
    players.push(this)
  }
}

beforeEach(() => {
  players = []
  urls = new Set()
  refuse = undefined
  vi.stubGlobal('Audio', FakePlayer)
  vi.spyOn(URL, 'createObjectURL').mockImplementation(() => {
    const url = `blob:${urls.size}-${Math.random()}`
    urls.add(url)
    return url
  })
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void urls.delete(url))
})
afterEach(() => expect(urls.size).toBe(0))

const settle = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms))

function setUp(speak = async (_text: string, _signal: AbortSignal) => new Blob(['sound'])) {
  const asked: string[] = []
  const reader = createTextReader((text, signal) => {
    asked.push(text)
    return speak(text, signal)
  })
  const speaker = createSpeaker(
    async () => reader,
    () => {},
  )
  return { speaker, asked }
}

const long = Array.from({ length: 12 }, (_, i) => `This is sentence number ${i} and it says a few words.`).join(' ')

describe('reading aloud', () => {
  it('plays a text in pieces that end where a sentence does, and fetches one ahead', async () => {
    const { speaker, asked } = setUp()
    speaker.toggle(long)
    expect(speaker.phase).toBe('loading')
    await settle()
    expect(speaker.phase).toBe('playing')
    expect(asked).toHaveLength(2)
    while (speaker.phase === 'playing') {
      players[0]?.end()
      await settle()
    }
    expect(speaker.phase).toBe('idle')
    expect(asked.join(' ')).toBe(long)
    expect(asked.every((piece) => piece.endsWith('.') && piece.length <= 241)).toBe(true)
  })

  it('a second press stops it and asks for nothing more', async () => {
    let signal: AbortSignal | undefined
    const { speaker, asked } = setUp(async (_, given) => {
      signal = given
      return new Blob(['sound'])
    })
    speaker.toggle(long)
    await settle()
    speaker.toggle(long)
    await settle()
    expect([speaker.phase, signal?.aborted, asked.length]).toEqual(['idle', true, 2])
  })

  it('one begins, the other ends', async () => {
    const first = setUp()
    const second = setUp()
    first.speaker.toggle('One.')
    await settle()
    second.speaker.toggle('Two.')
    await settle()
    expect([first.speaker.phase, second.speaker.phase]).toEqual(['idle', 'playing'])
    second.speaker.stop()
    await settle()
  })
})

describe('what can go wrong', () => {
  it('a sound that cannot be had or played is told', async () => {
    const { speaker } = setUp(() => Promise.reject(new Error('offline')))
    speaker.toggle('One.')
    await settle()
    expect([speaker.phase, speaker.problem]).toEqual(['idle', 'failed'])
    const other = setUp()
    other.speaker.toggle('One.')
    await settle()
    players[1]?.dispatchEvent(new Event('error'))
    await settle(80)
    expect([other.speaker.phase, other.speaker.problem]).toEqual(['idle', 'failed'])
  })

  it('a policy of the page that forbids it is told as such', async () => {
    const { speaker } = setUp()
    speaker.toggle('One.')
    await settle()
    players[0]?.dispatchEvent(new Event('error'))
    const facts = { effectiveDirective: 'media-src', blockedURI: 'blob', disposition: 'enforce' }
    document.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), facts))
    await settle()
    expect([speaker.phase, speaker.problem]).toEqual(['idle', 'blocked'])
  })

  it('a browser that wants another press gets one, and the sound is there already', async () => {
    const { speaker, asked } = setUp()
    refuse = 'NotAllowedError'
    speaker.toggle('One.')
    await settle(80)
    expect([speaker.phase, speaker.problem]).toEqual(['idle', 'press'])
    refuse = undefined
    speaker.toggle('One.')
    await settle()
    expect([speaker.phase, speaker.problem, asked]).toEqual(['playing', undefined, ['One.']])
    speaker.stop()
    await settle()
  })
})
