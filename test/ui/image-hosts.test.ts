import { expect, it, vi } from 'vitest'
import { isImageAllowed } from '../../src/ui/image-hosts.ts'

const allowed = (url: string, hosts: string[] = []) => {
  vi.stubGlobal('location', new URL('https://shop.example/page'))
  return isImageAllowed(new URL(url), { imageHosts: hosts, apiBase: 'https://api.coze.cn' })
}

it('pictures of the page and of this tab are shown', () => {
  expect(allowed('https://shop.example/a.png')).toBe(true)
  expect(allowed('blob:https://shop.example/1')).toBe(true)
})

it('a host that is named is shown, those below it only with *.', () => {
  expect(allowed('https://files.example/a.png', ['files.example'])).toBe(true)
  expect(allowed('https://evil.files.example/a.png', ['files.example'])).toBe(false)
  expect(allowed('https://cdn.files.example/a.png', ['*.files.example'])).toBe(true)
  expect(allowed('https://evilfiles.example/a.png', ['*.files.example'])).toBe(false)
})

it('pictures that Coze keeps are shown', () => {
  expect(allowed('https://files.coze.cn/a.png')).toBe(true)
  expect(allowed('https://p9-bot.byteimg.com/a.png')).toBe(true)
  expect(allowed('https://evilcoze.cn/a.png')).toBe(false)
})

it('any other waits, and so does plain http', () => {
  expect(allowed('https://evil.example/?q=secret', ['files.example'])).toBe(false)
  expect(allowed('http://files.example/a.png', ['files.example'])).toBe(false)
  expect(allowed('data:image/png;base64,AA', ['files.example'])).toBe(false)
})

it("an answer cannot call what a GET does on the page's own site", () => {
  expect(allowed('https://shop.example/logout')).toBe(false)
  expect(allowed('https://shop.example/redirect.png?to=https://evil.example')).toBe(false)
})
