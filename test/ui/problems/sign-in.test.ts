// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ErrorCode } from '../../../src/errors.ts'
import { closeTestPanels, openTestPanel, type PanelProps } from '../../support/test-panel.ts'

afterEach(closeTestPanels)

const open = (props: Partial<PanelProps>, code: ErrorCode = 'signed_out') =>
  openTestPanel({ phase: 'failed', problem: { code, retryable: true } }, props)

describe('where somebody has to sign in', () => {
  it('there is a link to the page where one can, which knows the way back', async () => {
    const panel = await open({ signInUrl: '/login?next={url}' })
    const link = panel.find('.problem a')
    expect([link.textContent, link.getAttribute('href')]).toEqual([
      'Sign in',
      `/login?next=${encodeURIComponent(location.href)}`,
    ])
    expect(panel.button('Try again').disabled).toBe(false)
  })

  it('there is none that would run a script', async () => {
    const panel = await open({ signInUrl: 'java\tscript:alert(1)' })
    expect(panel.root.querySelector('.problem a')).toBeNull()
  })

  it('the page’s own function is called in place of it, and asks again when it has ended', async () => {
    let end = () => {}
    const onSignIn = vi.fn(() => new Promise<void>((resolve) => (end = resolve)))
    const panel = await open({ signInUrl: '/login', onSignIn })
    expect(panel.root.querySelector('.problem a')).toBeNull()
    panel.button('Sign in').click()
    await panel.settle()
    expect([onSignIn.mock.calls.length, panel.store.calls]).toEqual([1, []])
    end()
    // Until then the answer of before would be given again.
    await panel.settle()
    expect(panel.store.calls).toEqual([])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(panel.store.calls).toEqual([['open']])
  })

  it('a function that returns no promise is left to call identify() itself', async () => {
    const panel = await open({ onSignIn: () => true })
    panel.button('Sign in').click()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(panel.store.calls).toEqual([])
  })

  it('a service without anonymous visitors asks for it too; any other failure does not', async () => {
    expect((await open({ signInUrl: '/login' }, 'anonymous_disabled')).root.querySelector('.problem a')).not.toBeNull()
    expect((await open({ signInUrl: '/login' }, 'timeout')).root.querySelector('.problem a')).toBeNull()
    expect((await open({})).queryButton('Sign in')).toBeUndefined()
  })
})
