// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { drawnOptions } from '../../src/options/drawn-options.ts'
import { consolePart } from '../../src/widget/load.ts'
import { prepareOptions } from '../../src/widget/widget.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** What the owner is warned of while the options are refused, which the script prints in English by itself. */
async function warningsIn(language: string): Promise<unknown[]> {
  vi.stubGlobal('navigator', { language })
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  for (let time = 0; time < 2; time++) {
    await expect(prepareOptions(drawnOptions({ tokenUrl: '/t' }, ''))).rejects.toMatchObject({
      code: 'invalid_options',
    })
    await consolePart.load()
  }
  return warn.mock.calls.flat()
}

describe('options that are refused', () => {
  it('have their cure in Chinese, once, where the browser of the owner speaks it', async () => {
    expect(await warningsIn('en-US')).toEqual([])
    expect(await warningsIn('zh-CN')).toEqual([
      expect.stringMatching(/^\[coze-chat-widget\] invalid_options：.*智能体 ID/),
    ])
  })
})
