// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest'
import { createView } from './support.ts'

function drawn(text: string, done = true) {
  const onImage = vi.fn()
  const view = createView({ onImage })
  document.body.append(view.element)
  view.update(text, 1, done)
  return { view, onImage, fail: () => view.element.querySelector('img')?.dispatchEvent(new Event('error')) }
}

describe('F105: a picture of an answer that cannot be shown', () => {
  it.each([
    ['![Plan of the harbour](https://files.example/a.tiff)', 'Plan of the harbour'],
    ['![](https://files.example/deep/my%20plan.heic?w=2)', 'my plan.heic'],
    ['![](https://files.example/%E0.png)', '%E0.png'],
    ['![](https://files.example/)', 'files.example'],
  ])('F105: has a name in its place: %s', (text, name) => {
    const { view, fail } = drawn(text)
    fail()
    expect(view.element.querySelector('img')).toBeNull()
    expect(view.element.querySelector('.md-image-failed')?.textContent).toBe(name)
    expect(view.element.querySelector('.md-zoom')).toBeNull()
  })

  it('F105: is opened by itself and not enlarged', () => {
    const open = vi.spyOn(window, 'open').mockReturnValue(null)
    const { view, onImage, fail } = drawn('![a](https://files.example/a.tiff)')
    view.element.querySelector('button')?.click()
    expect(onImage).toHaveBeenCalledTimes(1)
    fail()
    view.element.querySelector('button')?.click()
    expect(onImage).toHaveBeenCalledTimes(1)
    expect(open.mock.calls.map(([url]) => String(url))).toEqual(['https://files.example/a.tiff'])
    open.mockRestore()
  })

  it('F105: leaves what streams behind it in its place', () => {
    const { view, fail } = drawn('before ![a](https://files.example/a.tiff) and', false)
    fail()
    view.update('before ![a](https://files.example/a.tiff) and more', 1, false)
    view.update('before ![a](https://files.example/a.tiff) and more *words*', 1, true)
    expect(view.element.textContent).toBe('before a and more words')
    expect(view.element.querySelector('img')).toBeNull()
  })

  it('F105: in a link keeps the link, which has the name', () => {
    const { view, fail } = drawn('[![](https://files.example/a.tiff)](https://shop.example)')
    fail()
    expect(view.element.querySelector('a > img')?.getAttribute('alt')).toBe('a.tiff')
  })

  it('F105: has a name after the click that asked for it, too', () => {
    const { view, fail } = drawn('![b](https://other.example/b.tiff)')
    view.element.querySelector('button')?.click()
    fail()
    expect(view.element.querySelector('.md-image-failed')?.textContent).toBe('b')
  })
})
