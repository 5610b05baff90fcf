import { describe, expect, it } from 'vitest'
import { isSecretSafeUrl } from '../../../src/server/http/secret-safe-url.ts'

describe('where secrets may be sent', () => {
  it.each([
    'https://api.coze.cn',
    'https://10.0.0.7:8443/path',
    'http://localhost:8787',
    'http://127.0.0.1',
    'http://127.9.9.9:1/',
    'http://[::1]:80/',
    // The same address in an older spelling, which browsers and Node read as that.
    'http://127.1:8787',
  ])('T16: to %s, over https or to this machine', (address) => {
    expect(isSecretSafeUrl(address)).toBe(true)
  })

  it.each([
    'http://api.coze.cn',
    'http://10.0.0.7',
    'http://169.254.169.254/latest/meta-data',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://127.0.0.1@evil.example',
    'http://[::2]',
    'http://0.0.0.0',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '//api.coze.cn',
    '',
  ])('T16: not to %s', (address) => {
    expect(isSecretSafeUrl(address)).toBe(false)
  })
})
