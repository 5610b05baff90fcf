// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { make } from '../../src/element/make.ts'

it('F54: a handler that somebody has put on Object.prototype is no attribute of ours', () => {
  const polluted = Object.prototype as { onclick?: string }
  polluted.onclick = 'window.taken = true'
  try {
    const { attributes } = make(document.body, 'button', { type: 'button', class: 'launcher' })
    expect([...attributes].map(({ name }) => name)).toEqual(['type', 'class'])
  } finally {
    delete polluted.onclick
  }
})
