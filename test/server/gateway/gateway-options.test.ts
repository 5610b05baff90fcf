import { describe, expect, it } from 'vitest'
import { createTokenService, type TokenServiceOptions } from '../../../src/server/token-service.ts'
import { REQUIRED_OPTIONS, SECRET } from '../support/test-service.ts'

const studio = { baseUrl: 'https://studio.example', personalToken: 'pat_secret' }

describe('the options of the gateway', () => {
  it.each<[string, Partial<TokenServiceOptions>, RegExp]>([
    ['no agents', { gateway: true }, /^bots must name/],
    ['an empty list', { gateway: true, bots: [] }, /^bots must name/],
    ['a name for an id', { gateway: true, bots: ['my bot'] }, /^bots must name/],
    ['half a chatflow', { gateway: true, bots: [{ appId: '1', workflowId: '' }] }, /^bots must name/],
    ['a channel that is none', { gateway: { connectorId: 'web' }, bots: ['1'] }, /connectorId/],
    ['no streams', { gateway: { maxOpenStreams: 0 }, bots: ['1'] }, /maxOpenStreams/],
    [
      'Studio over plain http',
      { gateway: { studio: { ...studio, baseUrl: 'http://studio.example' } }, bots: ['1'] },
      /baseUrl/,
    ],
    ['Studio without a token', { gateway: { studio: { ...studio, personalToken: '' } }, bots: ['1'] }, /personalToken/],
  ])('refuse %s with the cure, and without a secret', (_name, options, message) => {
    const create = () => createTokenService({ ...REQUIRED_OPTIONS, ...options })
    expect(create).toThrow(message)
    expect(create).toThrow(expect.objectContaining({ code: 'misconfigured' }))
    expect(create).not.toThrow(/pat_secret/)
  })

  it('need no OAuth app for Coze Studio, and need one for everything else', async () => {
    await createTokenService({ secret: SECRET, bots: ['1'], gateway: { studio } }).ready()
    expect(() => createTokenService({ secret: SECRET, bots: ['1'], gateway: true })).toThrow(/appId is missing/)
  })
})
