import { describe, expect, it } from 'vitest'
import { ORIGIN, useSimulator } from '../support.ts'

const world = useSimulator()

describe('browsers', () => {
  it('answers a preflight from anywhere with whatever headers are asked for', async () => {
    const response = await world.simulator.fetch(
      new Request(`${ORIGIN}/v3/chat`, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://shop.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,x-coze-client-user-agent,x-anything',
        },
      }),
    )
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-headers')).toBe(
      'authorization,x-coze-client-user-agent,x-anything',
    )
    expect(response.headers.get('access-control-allow-methods')).toContain('DELETE')
  })

  it('lets every page read answers, failures and the log id', async () => {
    for (const path of ['/v1/users/me', '/v1/bots/1', '/nowhere']) {
      const { headers } = await world.visitor.request('GET', path)
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('access-control-expose-headers')).toContain('x-tt-logid')
      expect(headers.get('x-tt-logid')).toMatch(/^\d{14}[0-9A-F]{20}$/)
    }
  })
})
