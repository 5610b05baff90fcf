import { afterEach, describe, expect, it, vi } from 'vitest'
import { tellUnsuited, unsuitedWords } from '../../../src/options/check/tell-unsuited.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('a value that counts as not given', () => {
  it.each([
    ['theme', 'theme (data-theme) must be one of "auto", "light", "dark". It counts as not given.'],
    ['radius', 'radius (data-radius) must be a number of pixels from 0 to 32. It counts as not given.'],
    ['launcherSize', /from 44 to 96\./],
    ['font', /must be a font-family as in CSS, such as "Inter, sans-serif"\./],
    ['accent', /must be a color as in CSS, such as #1f6feb\./],
    ['offsetX', 'offsetX (data-offset-x) must be number. It counts as not given.'],
    ['title', /must be text, or one of them for each language as \{ zh: …, en: … \}\./],
    ['target', /must be the selector of an element of the page\./],
    ['features', /must be one of "upload", .*\. Anything else is passed over\.$/],
  ])('%s is told with the shape it should have', (name, words) => {
    expect(unsuitedWords(name)).toEqual(typeof words === 'string' ? words : expect.stringMatching(words))
  })

  it.each(['tools', 'customVariables', 'form', 'hours', 'onSignIn'])(
    '%s, which no attribute holds, is told so',
    (name) => {
      expect(unsuitedWords(name)).toMatch(
        new RegExp(`^${name} must be (object|list|function), which no attribute can hold: give it in cozeChatOptions`),
      )
    },
  )

  it.each([
    ['theme', 'theme (data-theme) 应为 "auto"、"light"、"dark" 之一；现在按未设置处理。'],
    ['radius', 'radius (data-radius) 应为 0 到 32 之间的像素数；现在按未设置处理。'],
    ['accent', 'accent (data-accent) 应为 CSS 的颜色，如 #1f6feb；现在按未设置处理。'],
    ['font', 'font (data-font) 应为 CSS 的字体，如 "Inter, sans-serif"；现在按未设置处理。'],
    ['title', 'title (data-title) 应为文字，或按语言写成 { zh: …, en: … }；现在按未设置处理。'],
    ['target', 'target (data-target) 应为网页中某个元素的选择器；现在按未设置处理。'],
    ['hours', 'hours 应为对象，属性写不了它，请写进网页的 cozeChatOptions 或用 setOptions()；现在按未设置处理。'],
    ['features', /^features \(data-features\) 应为 "upload"、.* 之一；其余的不起作用。$/],
  ])('%s is told in Chinese where the browser speaks it', (name, words) => {
    vi.stubGlobal('navigator', { language: 'zh-CN' })
    expect(unsuitedWords(name)).toEqual(typeof words === 'string' ? words : expect.stringMatching(words))
  })

  it('is told once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    tellUnsuited(['steps'])
    tellUnsuited(['steps', 'notify'])
    expect(warn.mock.calls.flat()).toEqual([
      expect.stringMatching(/^\[coze-chat-widget\] invalid_options: steps /),
      expect.stringMatching(/^\[coze-chat-widget\] invalid_options: notify /),
    ])
  })
})
