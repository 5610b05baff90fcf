// @vitest-environment happy-dom
/** A chat that cannot be: nobody can write, and there is nothing to read. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ChatProblem } from '../../../src/chat/chat-state.ts'
import { userMessage } from '../../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, type PanelProps } from '../../support/test-panel.ts'

afterEach(closeTestPanels)

const WRONG: ChatProblem = { code: 'misconfigured', retryable: false }
const SIGNED_OUT: ChatProblem = { code: 'signed_out', retryable: false }
const OFFLINE: ChatProblem = { code: 'network', retryable: true }

const open = (
  problem: ChatProblem,
  props: Partial<PanelProps> = {},
  messages = [] as ReturnType<typeof userMessage>[],
) =>
  openTestPanel(
    { phase: 'failed', problem, messages },
    { title: 'Harbour', handoff: 'Talk to us | /contact', ...props },
  )

type Opened = Awaited<ReturnType<typeof open>>
const isFatal = (panel: Opened) => panel.find('.panel').hasAttribute('data-fatal')
const hasField = (panel: Opened) => !panel.find('.composer').hidden
const ways = (panel: Opened) => [...panel.root.querySelectorAll('.ways > *')].map((way) => way.textContent)

describe('a chat that cannot be', () => {
  it('keeps the owner’s title and offers a person and another try, and no field that would be of no use', async () => {
    const panel = await open(WRONG)
    expect(panel.find('h2').textContent).toBe('Harbour')
    expect([isFatal(panel), hasField(panel), ways(panel)]).toEqual([true, false, ['Talk to us', 'Try again']])
  })

  it('offers to sign in, and a person where the owner has no sign-in', async () => {
    expect(ways(await open(SIGNED_OUT, { onSignIn: vi.fn() }))).toEqual(['Sign in', 'Try again'])
    expect(ways(await open(SIGNED_OUT))).toEqual(['Talk to us', 'Try again'])
  })

  it('keeps the field where another try may help, and where there are words in it', async () => {
    expect(hasField(await open(OFFLINE))).toBe(true)
    const panel = await open(WRONG)
    panel.store.set({ phase: 'ready', problem: undefined })
    await panel.settle()
    panel.type('Half a thought')
    await panel.settle()
    panel.store.set({ phase: 'failed', problem: WRONG })
    await panel.settle()
    expect(hasField(panel)).toBe(true)
  })

  it('is none where there is something to read', async () => {
    const panel = await open(SIGNED_OUT, {}, [userMessage({ key: 'u' })])
    expect([isFatal(panel), hasField(panel)]).toEqual([false, true])
  })

  it('F109: gives the focus of the field that goes to what helps, and back when it can be again', async () => {
    const panel = await openTestPanel({ phase: 'opening' }, { title: 'Harbour', onSignIn: vi.fn() })
    panel.focus()
    panel.store.set({ phase: 'failed', problem: SIGNED_OUT })
    await panel.settle()
    await panel.settle()
    expect(panel.root.activeElement?.textContent).toBe('Sign in')
    panel.store.set({ phase: 'ready', problem: undefined })
    await panel.settle()
    expect(panel.root.activeElement?.localName).toBe('textarea')
  })
})
