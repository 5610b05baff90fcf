// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { coverScreen } from '../../../../src/ui/panel/frame/cover-screen.ts'

/** Pixels of an iPhone; its `screen.width` is 390 however it is held. */
const UPRIGHT = { width: 390, height: 664 }
const ON_ITS_SIDE = { width: 750, height: 342 }

/**
 * A phone whose page is laid out `layoutWidth` wide and shown so that it fits.
 * @param pinch by how much the visitor has made it larger
 */
function hold(window: typeof UPRIGHT, layoutWidth: number = window.width, pinch = 1) {
  const scale = (window.width / layoutWidth) * pinch
  Object.assign(viewport, { width: window.width / scale, height: window.height / scale, offsetTop: 0, scale })
  // Of what is visible, as iOS has it.
  vi.stubGlobal('innerWidth', Math.round(window.width / scale))
  viewport.dispatchEvent(new Event('resize'))
}

let viewport: EventTarget
let closing: AbortController
let frame: HTMLElement
const zoom = () => Number(frame.style.getPropertyValue('--zoom'))

beforeEach(() => {
  viewport = new EventTarget()
  vi.stubGlobal('visualViewport', viewport)
  vi.stubGlobal('screen', { width: 390, height: 844 })
  closing = new AbortController()
  frame = document.createElement('div')
  document.body.append(frame)
})
afterEach(() => {
  closing.abort()
  frame.remove()
  vi.unstubAllGlobals()
})

const open = () => coverScreen({ frame, element: frame }, closing.signal)

describe('the chat on a phone', () => {
  it.each([
    { held: 'upright', window: UPRIGHT },
    { held: 'on its side', window: ON_ITS_SIDE },
  ])('that is held $held is as large as the page meant it', ({ window }) => {
    hold(window)
    open()
    expect(zoom()).toBe(1)
    expect(frame.style.height).toBe(`${window.height}px`)
  })

  it('F104: is larger where the page is laid out wider than the phone and shown smaller, and measured anew when it is turned', () => {
    hold(UPRIGHT, 980)
    open()
    expect(zoom()).toBeCloseTo(980 / 390)
    hold(ON_ITS_SIDE, 980)
    expect(zoom()).toBeCloseTo(980 / 750)
    hold(UPRIGHT, 980)
    expect(zoom()).toBeCloseTo(980 / 390)
  })

  it('grows with the page when fingers zoom it', () => {
    hold(UPRIGHT, 980)
    open()
    hold(UPRIGHT, 980, 2)
    expect(zoom()).toBeCloseTo(980 / 390)
    closing.abort()
    expect(frame.getAttribute('style') ?? '').toBe('')
  })
})
