import { afterEach, expect, it, vi } from 'vitest'
import { isImageAllowed } from '../../../src/ui/attachments/image-hosts.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

const allowed = (
  url: string,
  hosts: string[] = [],
  apiBase = 'https://api.coze.cn',
  page = 'https://shop.example/page',
) => {
  vi.stubGlobal('location', new URL(page))
  return isImageAllowed(new URL(url), { imageHosts: hosts, apiBase })
}

it('a picture of this tab is shown', () => {
  expect(allowed('blob:https://shop.example/1')).toBe(true)
})

it('a host that is named is shown, those below it only with *.', () => {
  expect(allowed('https://files.example/a.png', ['files.example'])).toBe(true)
  expect(allowed('https://evil.files.example/a.png', ['files.example'])).toBe(false)
  expect(allowed('https://cdn.files.example/a.png', ['*.files.example'])).toBe(true)
  expect(allowed('https://evilfiles.example/a.png', ['*.files.example'])).toBe(false)
})

it.each(['https://files.example', 'FILES.example', ' files.example ', 'files.example/'])(
  'a host is understood however it is written: %j',
  (host) => {
    expect(allowed('https://files.example/a?w=2', [host])).toBe(true)
  },
)

it('a host with letters of any script is understood', () => {
  expect(allowed('https://图片.example/a.png', ['图片.example'])).toBe(true)
})

it.each(['', '*', '*.', '/', 'https://', 'files.example:99999'])('what names no host allows none: %j', (host) => {
  expect(allowed('https://files.example/a.png', [host])).toBe(false)
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

it.each([
  ['a path', 'https://shop.example/logout'],
  ['what looks like a picture', 'https://shop.example/a.png'],
  ['what looks like a picture and is a call', 'https://shop.example/cart/clear/all.png'],
  ['a query', 'https://shop.example/redirect.png?to=https://evil.example'],
])("T35: nothing of the page's own site loads by itself: %s", (_what, url) => {
  expect(allowed(url)).toBe(false)
})

it.each([
  ['https://api.shop.test/account/logout?confirm=1', 'https://api.shop.test'],
  ['https://api.shop.test/a.png', 'https://api.shop.test/coze'],
  ['https://shop.example/coze/logout', '/coze'],
  ['https://api.coze.cn/v1/conversations.png', 'https://api.coze.cn'],
  ['https://api.coze.cn/v1/conversations.png', 'https://api.shop.test'],
  ['https://www.coze.com/sign-out', 'https://api.coze.com'],
])('T35: nothing of a host that does something when it is called loads by itself: %s', (url, apiBase) => {
  expect(allowed(url, [], apiBase)).toBe(false)
})

it('T35: an owner may allow the own site by its host: addresses that end like a picture, and no query', () => {
  const own = (url: string) => allowed(url, ['*.example', 'shop.example', '*.shop.test'], 'https://api.shop.test')
  expect(own('https://shop.example/a.png')).toBe(true)
  expect(own('https://shop.example/logout')).toBe(false)
  expect(own('https://shop.example/logout.png?confirm=1')).toBe(false)
  expect(own('https://api.shop.test/account/logout?confirm=1')).toBe(false)
  expect(own('https://cdn.shop.test/resize?w=200')).toBe(true)
})

it('T35: an owner may allow the own site by a path: all below it, and nothing beside it', () => {
  const own = (url: string) => allowed(url, ['shop.example/media/'])
  expect(own('https://shop.example/media/hat?w=200')).toBe(true)
  expect(own('https://shop.example/media')).toBe(true)
  expect(own('https://shop.example/media/it%20is...a%20hat.png')).toBe(true)
  expect(own('https://shop.example/mediation/a.png')).toBe(false)
  expect(own('https://shop.example/a.png')).toBe(false)
  expect(own('https://other.example/media/a.png')).toBe(false)
})

it.each([
  '/media/../logout',
  '/media/%2e%2e/logout',
  '/media/..%2flogout',
  '/media/%2E%2E%2Flogout',
  '/media/..%5Clogout',
  '/media\\..\\logout',
  '/media/..;/logout',
  '/media/%2e%2e;/logout',
  '/media/%252e%252e%252flogout',
])('T35: an address cannot leave the path that was allowed: %s', (path) => {
  expect(allowed(`https://shop.example${path}`, ['shop.example/media'])).toBe(false)
})

it('T35: on a page over http, as while one develops, the own site may be allowed too', () => {
  const local = (hosts: string[]) => allowed('http://localhost:3000/a.png', hosts, '/coze', 'http://localhost:3000/')
  expect(local(['localhost:3000'])).toBe(true)
  expect(local(['localhost'])).toBe(false)
  expect(local([])).toBe(false)
})
