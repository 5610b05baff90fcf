// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CozeChatError } from '../../../src/errors.ts'
import { type PageSignal, pageSignals } from '../../../src/platform/page/page-signals.ts'

function become(visibilityState: DocumentVisibilityState): void {
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: visibilityState })
  document.dispatchEvent(new Event('visibilitychange'))
}
const pageshow = (persisted: boolean) => window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }))

afterEach(() => {
  Reflect.deleteProperty(document, 'visibilityState')
  Reflect.deleteProperty(document, 'prerendering')
})

describe('pageSignals', () => {
  it.each<[string, () => void, PageSignal[]]>([
    ['hidden', () => become('hidden'), ['hidden']],
    ['visible', () => become('visible'), ['woke']],
    ['frozen', () => document.dispatchEvent(new Event('freeze')), ['hidden']],
    ['resumed', () => document.dispatchEvent(new Event('resume')), ['woke']],
    ['focused', () => window.dispatchEvent(new Event('focus')), ['woke']],
    ['online', () => window.dispatchEvent(new Event('online')), ['online', 'woke']],
    ['left', () => window.dispatchEvent(new Event('pagehide')), ['left']],
    ['shown', () => pageshow(false), ['woke']],
    ['restored', () => pageshow(true), ['restored', 'woke']],
  ])('F1, F9: tells that the page was %s', (_, happen, signals) => {
    const heard: PageSignal[] = []
    const off = pageSignals.on((signal) => heard.push(signal))
    happen()
    off()
    happen()
    expect(heard).toEqual(signals)
  })

  it('F9: never listens to unload, and takes every listener away again', () => {
    const added: string[] = []
    for (const target of [window, document]) {
      vi.spyOn(target, 'addEventListener').mockImplementation((type: string) => void added.push(type))
    }
    pageSignals.on(() => {})
    expect(added).not.toContain('unload')
    expect(added).not.toContain('beforeunload')
    expect(added).toContain('pagehide')
  })

  it('F10: waits for the visit of a prerendered page, or for the caller to give up', async () => {
    Object.defineProperty(document, 'prerendering', { configurable: true, value: true })
    let activated = false
    const waiting = pageSignals.activated(new AbortController().signal).then(() => {
      activated = true
    })
    const impatient = new AbortController()
    const given = pageSignals.activated(impatient.signal).catch((error: CozeChatError) => error.code)
    await Promise.resolve()
    expect(activated).toBe(false)
    impatient.abort(new CozeChatError('aborted', 'enough'))
    expect(await given).toBe('aborted')
    document.dispatchEvent(new Event('prerenderingchange'))
    await waiting
    expect(activated).toBe(true)
  })
})
