import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { conversationWords } from '../../src/ui/strings/english/conversation.ts'
import { problemsWords } from '../../src/ui/strings/english/problems.ts'
import { loadStrings, panelParts } from '../../src/widget/load.ts'

vi.mock('../../src/ui/strings/languages/ja.ts', () => {
  throw new TypeError('Failed to fetch')
})

const attempts = vi.hoisted(() => ({ count: 0 }))
vi.mock('../../src/widget/parts/conversations.ts', () => {
  if (attempts.count++ === 0) throw new TypeError('Failed to fetch')
  return { ConversationDrawer: () => null, words: {} }
})

describe('languages', () => {
  it('that cannot be loaded leave the chat in English', async () => {
    expect(await loadStrings('ja')).toEqual({ ...conversationWords, dir: 'ltr' })
  })

  it('a part brings the English that it says, to words that were given out before and after, under those of the owner', async () => {
    const strings = await loadStrings('en', { problemQuota: 'Come back tomorrow', send: 'Go' })
    expect(strings.problemQuota).toBe(undefined)
    await panelParts.problems.load()
    expect(strings).toMatchObject({ ...problemsWords, problemQuota: 'Come back tomorrow', send: 'Go' })
    expect(await loadStrings('en')).toMatchObject(problemsWords)
  })

  it('English from right to left stays so', async () => {
    const strings = await loadStrings('he')
    await panelParts.problems.load()
    expect(strings.dir).toBe('rtl')
  })
})

describe('a part', () => {
  it('is loaded once, also for callers that come together', async () => {
    const { highlighting } = panelParts
    expect(highlighting.loaded).toBe(undefined)
    const [first, second] = await Promise.all([highlighting.load(), highlighting.load()])
    expect([first === second, highlighting.loaded === first]).toEqual([true, true])
  })

  it('that could not be loaded is tried again at the next call', async () => {
    const { conversations } = panelParts
    await expect(conversations.load()).rejects.toThrow()
    expect(conversations.loaded).toBe(undefined)
    vi.resetModules()
    expect(await conversations.load()).toHaveProperty('ConversationDrawer')
    expect(conversations.loaded).toHaveProperty('ConversationDrawer')
  })
})

it('nothing of the panel decides when it is loaded', () => {
  const files = readdirSync('src/ui', { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path))
  expect(files.filter((path) => readFileSync(`src/ui/${path}`, 'utf8').includes('import('))).toEqual([])
})
