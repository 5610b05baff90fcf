// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { watchCsp } from '../../../src/platform/page/csp-violations.ts'

function violate(blockedURI: string, fields: object = {}): void {
  document.dispatchEvent(
    Object.assign(new Event('securitypolicyviolation'), {
      blockedURI,
      effectiveDirective: 'connect-src',
      disposition: 'enforce',
      ...fields,
    }),
  )
}

describe('watchCsp', () => {
  it.each<[string, string, object, string | undefined]>([
    ['the address itself', 'https://api.example/token', {}, 'connect-src'],
    ['its origin, as after a redirect', 'https://api.example', {}, 'connect-src'],
    ['another address', 'https://cdn.example/token', {}, undefined],
    ['a policy that only reports', 'https://api.example/token', { disposition: 'report' }, undefined],
    ['inline code', 'inline', {}, undefined],
  ])('F48: %s', (_, blockedURI, fields, directive) => {
    const watch = watchCsp()
    violate(blockedURI, fields)
    expect(watch.blockedDirective('https://api.example/token#part')).toBe(directive)
    watch.stop()
  })

  it('hears nothing after its end', () => {
    const watch = watchCsp()
    watch.stop()
    violate('https://api.example/token')
    expect(watch.blockedDirective('https://api.example/token')).toBeUndefined()
  })
})
