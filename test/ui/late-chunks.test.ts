// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { assistantMessage, userMessage } from '../support/fake-chat-store.ts'

/** Stands for the network between the page and the Markdown chunk. */
let arrive: (allowed: boolean) => void
let asked: number

beforeEach(() => {
  vi.resetModules()
  asked = 0
  vi.doMock('../../src/ui/lazy.tsx', async (original) => {
    const real = await original<typeof import('../../src/ui/lazy.tsx')>()
    const late: typeof real.lazy = (load, name) =>
      real.lazy(async () => {
        if (name !== 'MarkdownText' && !String(name).startsWith('Problem')) return load()
        asked++
        if (!(await new Promise<boolean>((resolve) => (arrive = resolve)))) throw new TypeError('Failed to fetch')
        return load()
      }, name)
    return { ...real, lazy: late }
  })
})
afterEach(async () => {
  const { closeTestPanels } = await import('../support/test-panel.ts')
  await closeTestPanels()
  vi.doUnmock('../../src/ui/lazy.tsx')
})

const TEXT = 'Well, here it is.\n\nA **bold** word, `code`,\n\n- one\n- two\n\nand the end.'
const PIECES = TEXT.match(/[\s\S]{1,7}/g) ?? []
const WORDS = 'Well,hereitis.Aboldword,code,onetwoandtheend.'
const turn = { phase: 'streaming' as const, turnId: 't', slow: false }

async function open() {
  const { openTestPanel, ready } = await import('../support/test-panel.ts')
  const panel = await openTestPanel({ ...ready, turn, messages: [userMessage({ key: 'u' })] })
  const answer = () => panel.root.querySelector('[part=assistant-message] [part=markdown]')
  const show = async (text: string, status: 'streaming' | 'complete' = 'streaming', key = 'a') => {
    panel.store.set({ messages: [userMessage({ key: 'u' }), assistantMessage({ key, text, status })] })
    await panel.settle()
  }
  return { panel, answer, show }
}

const letters = (text: string | null | undefined) => (text ?? '').replace(/\s/g, '')

it.each([...PIECES.keys(), PIECES.length])(
  'no character of a streaming answer is lost when the Markdown view arrives after piece %i',
  async (arrival) => {
    const { answer, show, panel } = await open()
    for (let count = 1; count <= PIECES.length; count++) {
      const text = PIECES.slice(0, count).join('')
      await show(text)
      if (count >= arrival && asked > 0) {
        arrive(true)
        await panel.settle()
      }
      const shown = answer()?.querySelector('.md') ? letters(answer()?.textContent) : undefined
      if (shown === undefined) expect(letters(answer()?.textContent)).toBe(letters(text))
      // A mark that is half written is not drawn; the words are.
      else expect(WORDS.startsWith(shown)).toBe(true)
    }
    await show(TEXT, 'complete')
    if (arrival === PIECES.length) arrive(true)
    await panel.settle()
    expect(letters(answer()?.textContent)).toBe(WORDS)
    expect([...(answer()?.querySelectorAll('strong, code, li') ?? [])].map((node) => node.textContent)).toEqual([
      'bold',
      'code',
      'one',
      'two',
    ])
  },
)

it('an answer of plain words asks for nothing', async () => {
  const { answer, show } = await open()
  await show('Just words.\n\nAnd more of them.', 'complete')
  expect([...(answer()?.children ?? [])].map((child) => child.textContent)).toEqual([
    'Just words.',
    'And more of them.',
  ])
  expect(asked).toBe(0)
})

it('a Markdown view that cannot be loaded leaves the plain text, and the next message asks again', async () => {
  const { answer, show, panel } = await open()
  await show(TEXT, 'complete')
  arrive(false)
  await panel.settle()
  expect(letters(answer()?.textContent)).toBe(letters(TEXT))
  expect(asked).toBe(1)
  await show('**again**', 'complete', 'b')
  expect(asked).toBe(2)
  arrive(true)
  await panel.settle()
  expect(answer()?.querySelector('strong')?.textContent).toBe('again')
})

it('a failure whose words cannot be loaded, because there is no network, still says so and can be tried again', async () => {
  const { openTestPanel, ready } = await import('../support/test-panel.ts')
  const problem = { code: 'network' as const, retryable: true }
  const panel = await openTestPanel({ ...ready, messages: [userMessage({ key: 'u', status: 'failed', problem })] })
  arrive(false)
  await panel.settle()
  expect(panel.find('[role=log]').textContent).toContain('That did not work.')
  panel.button('Try again').click()
  expect(panel.store.calls).toEqual([['retry', 'u']])
})
