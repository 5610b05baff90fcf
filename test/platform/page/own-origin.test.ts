// @vitest-environment happy-dom
// @vitest-environment-options { "url": "https://shop.example/products/5" }
import { afterEach, describe, expect, it } from 'vitest'
import { onOwnOrigin } from '../../../src/platform/page/own-origin.ts'

afterEach(() => document.head.replaceChildren())

const setBase = (href: string) => {
  document.head.innerHTML = `<base href="${href}">`
}

describe('an address of the owner of a page', () => {
  it.each([
    ['/api/coze/token', undefined, 'https://shop.example/api/coze/token'],
    ['/api/coze/token', 'https://evil.example/', 'https://shop.example/api/coze/token'],
    ['token', 'https://cdn.example/files/', 'https://shop.example/products/token'],
    ['./token?a=b', '//evil.example', 'https://shop.example/products/token?a=b'],
    ['token', '/app/', 'https://shop.example/app/token'],
    ['/token', 'http://shop.example/', 'https://shop.example/token'],
    ['https://chat.example/token', 'https://evil.example/', 'https://chat.example/token'],
    ['//chat.example/token', 'http://evil.example/', 'https://chat.example/token'],
    ['https://', undefined, 'https://'],
  ])('T44: %s with the base %s is %s', (address, base, expected) => {
    if (base !== undefined) setBase(base)
    expect(onOwnOrigin(address)).toBe(expected)
  })
})
