import { describe, expect, it } from 'vitest'
import { listOf } from '../../../../src/server/http/proxies/forwarded-headers.ts'
import { createProxyFollower } from '../../../../src/server/http/proxies/trusted-proxies.ts'

describe('the client\u2019s address', () => {
  it('T12: comes from the header only as far as our own proxies wrote it, right to left', () => {
    const rows: [
      Parameters<typeof createProxyFollower>[0],
      string | undefined,
      string | undefined,
      string | undefined,
    ][] = [
      [undefined, '203.0.113.7', '198.51.100.1', '203.0.113.7'],
      [['loopback'], '203.0.113.7', '198.51.100.1', '203.0.113.7'],
      [['loopback'], '127.0.0.1', '198.51.100.1', '198.51.100.1'],
      [['loopback'], '::1', '198.51.100.1', '198.51.100.1'],
      [['loopback'], '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
      [['loopback'], '127.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
      [['loopback', 'private'], '127.0.0.1', '1.1.1.1, 198.51.100.1, 10.2.3.4', '198.51.100.1'],
      [['10.0.0.0/8'], '10.0.0.1', 'evil, 10.0.0.2', '10.0.0.2'],
      [['10.0.0.0/8'], '10.0.0.1', undefined, '10.0.0.1'],
      [['10.0.0.0/8'], '10.0.0.1', '', '10.0.0.1'],
      [['10.0.0.0/9'], '10.128.0.1', '198.51.100.1', '10.128.0.1'],
      [['2001:db8::/32'], '2001:db8:1::1', '2001:db9::1', '2001:db9::1'],
      [1, '203.0.113.7', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
      [2, '203.0.113.7', '1.1.1.1, 198.51.100.1', '1.1.1.1'],
      [0, '203.0.113.7', '198.51.100.1', '203.0.113.7'],
      [['loopback'], undefined, '198.51.100.1', undefined],
      [['::ffff:10.0.0.0/104'], '10.0.0.1', '198.51.100.1', '198.51.100.1'],
      [['10.0.0.1'], '10.0.0.1', '198.51.100.1', '198.51.100.1'],
      [['fe80::/10'], 'fe80::1%br-12ab', '198.51.100.1', '198.51.100.1'],
      [['10.0.0.0/8'], '10.0.0.1', '010.0.0.2', '10.0.0.1'],
      [['10.0.0.0/8'], '10.0.0.1', '0x7f.1', '10.0.0.1'],
    ]
    for (const [trust, remote, forwarded, expected] of rows) {
      expect(createProxyFollower(trust)(remote, forwarded ? listOf(forwarded) : []).client).toBe(expected)
    }
  })

  it('refuses a trusted proxy that is neither an address nor a network', () => {
    for (const entry of [
      '',
      'proxy',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/8.5',
      '2001:db8::/129',
      '10.0/8',
      '10.0.0.0/',
    ]) {
      expect(() => createProxyFollower([entry])).toThrow(/trustProxy must list addresses or networks/)
    }
  })
})
