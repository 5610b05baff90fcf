import { describe, expect, it } from 'vitest'
import { upstreamAddress } from '../../../src/server/upstream/upstream-address.ts'

describe('where Coze is', () => {
  it.each([
    [{}, 'api.coze.cn'],
    [{ region: 'com' }, 'api.coze.com'],
    [{ region: 'cn', apiBase: 'https://api.coze.com' }, 'api.coze.com'],
    // Coze refuses an assertion that is addressed to a proxy, and one that was meant for a proxy must be good nowhere else.
    [{ apiBase: 'https://coze.shop.example/' }, 'api.coze.cn'],
    [{ region: 'com', apiBase: 'http://127.0.0.1:8788' }, 'api.coze.com'],
    [{ apiBase: 'https://api.coze.cn.evil.example' }, 'api.coze.cn'],
  ] as const)('T10: with %j assertions are addressed to %s, whoever stands in between', (options, audience) => {
    expect(upstreamAddress(options).audience).toBe(audience)
  })

  it('T16: what an account or enterprise is called stays one part of the path', () => {
    expect(upstreamAddress({ accountId: '../../x?y#z' }).tokenUrl).toBe(
      'https://api.coze.cn/api/permission/oauth2/account/..%2F..%2Fx%3Fy%23z/token',
    )
    expect(upstreamAddress({ enterpriseId: '7', accountId: '8' }).tokenUrl).toBe(
      'https://api.coze.cn/api/permission/oauth2/enterprise_id/7/token',
    )
  })
})
