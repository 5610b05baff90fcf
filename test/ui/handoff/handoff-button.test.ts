// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ErrorCode } from '../../../src/errors.ts'
import { assistantMessage, userMessage } from '../../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, ready, type TestPanel } from '../../support/test-panel.ts'

afterEach(closeTestPanels)

const MAIL = 'Talk to us | mailto:help@shop.example'
const question = userMessage({ key: 'u', turnId: 't' })
const answer = assistantMessage({ key: 'a', id: 'm', turnId: 't' })
const talk = { ...ready, messages: [question, answer] }
const offers = (panel: TestPanel, place: string) => [...panel.root.querySelectorAll<HTMLElement>(`${place} .handoff`)]

async function openWithProblem(code: ErrorCode, retryable: boolean, onClick = vi.fn()) {
  const failed = userMessage({ key: 'u', status: 'failed', problem: { code, retryable } })
  const panel = await openTestPanel(
    { ...ready, messages: [failed] },
    { handoff: { label: 'Talk to us', onClick }, emit: vi.fn() },
  )
  await panel.settle()
  return panel
}

describe('the way to a person', () => {
  it('is nowhere where the owner has given none', async () => {
    const panel = await openTestPanel({ ...talk, problem: { code: 'quota_exceeded', retryable: false } })
    expect(panel.root.querySelector('.handoff')).toBeNull()
  })

  it.each([MAIL, MAIL.replace('|', '｜')])(
    'is at the top of the chat, with its label as its name: %s',
    async (handoff) => {
      const panel = await openTestPanel(talk, { handoff })
      await panel.settle()
      const [link] = offers(panel, '.header')
      expect([link?.tagName, link?.getAttribute('aria-label')]).toEqual(['A', 'Talk to us'])
      expect([link?.getAttribute('href'), link?.getAttribute('target')]).toEqual(['mailto:help@shop.example', null])
    },
  )

  it.each([
    ['/contact', '_blank'],
    ['https://shop.example/contact', '_blank'],
    ['tel:+4930123', null],
  ])('%s opens in %s', async (url, target) => {
    const panel = await openTestPanel(talk, { handoff: { label: 'Talk to us', url } })
    await panel.settle()
    expect(offers(panel, '.header')[0]?.getAttribute('target')).toBe(target)
  })

  it('speaks the language of the chat', async () => {
    const handoff = { label: { zh: '联系我们', en: 'Talk to us' }, url: '/contact' }
    const panel = await openTestPanel(talk, { handoff, lang: 'zh-CN' })
    await panel.settle()
    expect(offers(panel, '.header')[0]?.getAttribute('aria-label')).toBe('联系我们')
  })

  it('without a label or a way it is not there, and the owner reads why once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    for (const handoff of ['Talk to us', '| /contact', { label: 'Talk to us' }]) {
      const panel = await openTestPanel(talk, { handoff })
      await panel.settle()
      expect(offers(panel, '.header')).toEqual([])
    }
    expect(warn.mock.calls).toEqual([[expect.stringContaining('"Talk to us | mailto:help@shop.example"')]])
  })
})

describe('beside a failure', () => {
  it.each([
    ['quota_exceeded', false, true],
    ['quota_exceeded', true, true],
    ['account_problem', false, true],
    ['not_published', false, true],
    ['misconfigured', false, true],
    ['content_refused', false, true],
    ['upstream_error', false, true],
    ['upstream_error', true, false],
    ['internal', false, true],
    ['rate_limited', true, false],
    ['network', true, false],
    ['signed_out', true, true],
    ['conversation_not_found', false, false],
    ['input_too_long', false, false],
    ['upload_refused', false, false],
  ] as const)('%s (may pass by itself: %s) it is offered: %s', async (code, retryable, offered) => {
    expect(offers(await openWithProblem(code, retryable), '.problem')).toHaveLength(offered ? 1 : 0)
  })

  it('it tells page and function where it was pressed, and for what', async () => {
    const onClick = vi.fn()
    const panel = await openWithProblem('quota_exceeded', false, onClick)
    offers(panel, '.problem')[0]?.click()
    offers(panel, '.header')[0]?.click()
    const contexts = [{ from: 'problem', code: 'quota_exceeded' }, { from: 'header' }]
    expect(onClick.mock.calls).toEqual(contexts.map((context) => [context]))
    expect(vi.mocked(panel.props.emit)?.mock.calls).toEqual(contexts.map((context) => ['handoff', context]))
  })

  it('a function that throws is the page’s own error', async () => {
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    const error = new Error('theirs')
    const panel = await openWithProblem('quota_exceeded', false, vi.fn().mockThrow(error))
    offers(panel, '.problem')[0]?.click()
    expect(reported).toHaveBeenCalledWith(error)
  })

  it('of the chat as a whole it is offered too', async () => {
    const problem = { code: 'not_published', retryable: false } as const
    const panel = await openTestPanel({ phase: 'failed', problem }, { handoff: MAIL })
    await panel.settle()
    expect(offers(panel, '[role=alert]')).toHaveLength(1)
  })
})

it('beside an answer that was rated bad it is offered, also after the reasons were sent', async () => {
  const messages = [question, { ...answer, feedback: 'unlike' as const }]
  const panel = await openTestPanel({ ...ready, messages }, { handoff: MAIL })
  await panel.settle()
  expect(offers(panel, '.why')).toHaveLength(1)
  panel.button('Incorrect').click()
  await panel.settle()
  panel.root.querySelector<HTMLElement>('.why .main')?.click()
  await panel.settle()
  expect(panel.find('.why').textContent).toContain('Thank you')
  expect(offers(panel, '.why')).toHaveLength(1)
})

it.each(['javascript:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x', 'VBScript:x'])(
  'never runs a script: %s',
  async (url) => {
    const panel = await openTestPanel(talk, { handoff: { label: 'Talk to us', url } })
    await panel.settle()
    expect(panel.root.querySelector('.handoff')).toBeNull()
  },
)
