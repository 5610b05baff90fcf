import { describe, expect, it, vi } from 'vitest'
import { fill } from '../../src/ui/fill.ts'
import { en } from '../../src/ui/languages/en.ts'
import { enMore } from '../../src/ui/languages/en-more.ts'
import { ptBR } from '../../src/ui/languages/pt-br.ts'
import { zhCN } from '../../src/ui/languages/zh-cn.ts'
import { zhCNMore } from '../../src/ui/languages/zh-cn-more.ts'
import { loadStrings } from '../../src/ui/strings.ts'

const completely = async (lang: string, overrides?: Record<string, string>) => {
  const { complete, dir, ...strings } = await (await loadStrings(lang, overrides)).complete().then(Object)
  return strings
}

describe('languages', () => {
  it('are found by their tag; English for the rest', async () => {
    const chinese = { ...zhCN, ...zhCNMore }
    const english = { ...en, ...enMore }
    expect(await completely('zh-CN')).toEqual(chinese)
    expect(await completely('ZH-hans')).toEqual(chinese)
    expect(await completely('en-GB')).toEqual(english)
    expect(await completely('tlh')).toEqual(english)
    expect(await completely('')).toEqual(english)
    expect(await completely('pt-PT')).toEqual(ptBR)
  })

  it('bring their direction along; one without words here keeps its own', async () => {
    expect((await loadStrings('en')).dir).toBe('ltr')
    expect((await loadStrings('zh-CN')).dir).toBe('ltr')
    expect((await loadStrings('ar-EG')).dir).toBe('rtl')
    expect(await loadStrings('he', { send: 'שליחה' })).toMatchObject({ dir: 'rtl', send: 'שליחה', stop: en.stop })
  })

  it('that cannot be loaded leave the chat in English', async () => {
    vi.doMock('../../src/ui/languages/ja.ts', () => {
      throw new TypeError('Failed to fetch')
    })
    expect(await completely('ja')).toEqual({ ...en, ...enMore })
    vi.doUnmock('../../src/ui/languages/ja.ts')
  })

  it('begin with the words of a plain conversation, and are completed in place', async () => {
    const strings = await loadStrings('en')
    expect(strings).not.toHaveProperty('problemNetwork')
    expect(await strings.complete()).toBe(strings)
    expect(strings).toHaveProperty('problemNetwork', enMore.problemNetwork)
  })
})

describe('overrides', () => {
  it('replace words by key; unknown keys and empty values change nothing', async () => {
    expect(await completely('en', { send: 'Go', dismiss: 'Away', nonsense: 'x', stop: '' })).toEqual({
      ...en,
      ...enMore,
      send: 'Go',
      dismiss: 'Away',
    })
  })

  it('of one site do not leak into another', async () => {
    await completely('en', { send: 'Go' })
    expect((await loadStrings('en')).send).toBe('Send')
  })
})

it('fill leaves a place without a value as it is', () => {
  expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}')
})
