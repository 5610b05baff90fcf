import { describe, expect, it } from 'vitest'
import { createBrowserSight } from '../../../src/server/http/proxies/browser-sight.ts'
import { toServiceRequest } from '../../../src/server/http/service-request.ts'
import { addressKeys, createAddressKeyReader } from '../../../src/server/limits/address-key.ts'
import type { ServiceEvent } from '../../../src/server/operations/events.ts'

const narrowest = (address: string) => addressKeys(address)[0]?.key

/** What becomes of what the site's `clientAddress` returns. */
function readBy(answer: unknown) {
  const events: ServiceEvent[] = []
  const sink = { emit: (event: ServiceEvent) => void events.push(event) }
  const sight = createBrowserSight({ trustProxy: undefined, publicUrl: undefined, tell: () => {} })
  const read = createAddressKeyReader((() => answer) as () => string, sight, sink)
  const request = toServiceRequest(new Request('https://shop.example/api/coze/token'), {})
  return { read: () => read(request)[0]?.key, events }
}

describe('the client\u2019s address', () => {
  it('F82, F83: a hook that returns a whole X-Forwarded-For is told once, since all visitors share one limit then', () => {
    const { read, events } = readBy('203.0.113.7, 10.0.0.1')
    expect([read(), read()]).toEqual(['unknown', 'unknown'])
    expect(events).toEqual([{ type: 'hook_failed', hook: 'clientAddress', cause: 'returned_no_address' }])
  })

  it.each([null, undefined])(
    'F83: a hook that returns %s, as for a header that is not there, is told once',
    (answer) => {
      const { read, events } = readBy(answer)
      expect([read(), read()]).toEqual(['unknown', 'unknown'])
      expect(events).toEqual([{ type: 'client_address_unknown' }])
    },
  )

  it('T12: a thousand addresses of one /64 are one client, of two /64 two', () => {
    const buckets = new Set(
      Array.from({ length: 1_000 }, (_, i) => narrowest(`2001:db8:1:2:${i.toString(16)}::${i.toString(16)}`)),
    )
    expect([...buckets]).toEqual(['2001:db8:1:2::/64'])
    expect(narrowest('2001:db8:1:3::1')).not.toBe('2001:db8:1:2::/64')
  })

  it('T12: is written in one way, and what is no address shares one bucket', () => {
    const rows: [string, string][] = [
      ['203.0.113.7', '203.0.113.7'],
      ['::ffff:203.0.113.7', '203.0.113.7'],
      ['::FFFF:cb00:7107', '203.0.113.7'],
      ['fe80::1%eth0', 'fe80:0:0:0::/64'],
      ['::1', '0:0:0:0::/64'],
      ['', 'unknown'],
      ['unknown', 'unknown'],
      ['256.1.1.1', 'unknown'],
      ['1.2.3', 'unknown'],
      ['1::2::3', 'unknown'],
      ['1:2:3:4:5:6:7', 'unknown'],
      ['1:2:3:4:5:6:7:8:9', 'unknown'],
      ['12345::', 'unknown'],
      ['[::1]:80', '0:0:0:0::/64'],
      ['010.1.1.1', 'unknown'],
      ['2130706433', 'unknown'],
      ['0x7f.0.0.1', 'unknown'],
    ]
    for (const [address, bucket] of rows) expect(narrowest(address)).toBe(bucket)
  })

  it('T27: is counted with the networks around it, which have budgets that grow: a /56 twice that of a client, a /48 eight times', () => {
    expect(addressKeys('2001:db8:1:2345::7')).toEqual([
      { key: '2001:db8:1:2345::/64', growth: 1 },
      { key: '2001:db8:1:2300::/56', growth: 2 },
      { key: '2001:db8:1:0::/48', growth: 8 },
    ])
    expect(addressKeys('203.0.113.7')).toEqual([{ key: '203.0.113.7', growth: 1 }])
    expect(addressKeys('unknown')).toEqual([{ key: 'unknown', growth: 1 }])
  })

  it('F82: is read with a port, in brackets and in quotes, as hooks and runtimes return it', () => {
    for (const text of ['203.0.113.7:51234', '"203.0.113.7:51234"', ' 203.0.113.7 ', '::ffff:203.0.113.7']) {
      expect([text, narrowest(text)]).toEqual([text, '203.0.113.7'])
    }
    for (const text of ['[2001:db8::7]:443', '"[2001:db8::7]"', '[2001:db8::7%eth0]', '2001:DB8:0:0::7']) {
      expect([text, narrowest(text)]).toEqual([text, '2001:db8:0:0::/64'])
    }
  })
})
