// @vitest-environment happy-dom
import { readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { clearPage, createFakeWidget, launcherOf, placeElement, serveWidget, settle } from './support.ts'

afterEach(clearPage)

it('T25: whatever a frame around the page sends it, the chat does nothing before a click', async () => {
  const widget = createFakeWidget()
  serveWidget(async () => widget.module)
  const element = placeElement()
  for (const data of ['open', { type: 'coze-chat:open' }, { type: 'send', text: 'buy' }]) {
    window.dispatchEvent(new MessageEvent('message', { data, origin: 'https://frame.example' }))
    element.dispatchEvent(new CustomEvent('coze-chat:open', { detail: data }))
  }
  await settle()
  expect(widget.calls).toEqual([])
  expect(element.chat.state.open).toBe(false)
  launcherOf(element).click()
  await settle()
  expect(element.chat.state.open).toBe(true)
  expect(widget.calls).toContain('opened')
})

it.each(['README.md', 'README.zh-CN.md'])('T25: %s tells who decides which pages may frame the chat', (file) => {
  expect(readFileSync(file, 'utf8')).toMatch(/Content-Security-Policy: frame-ancestors/)
})
