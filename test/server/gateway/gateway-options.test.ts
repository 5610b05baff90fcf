import { describe, expect, it } from 'vitest'
import { resolveGatewayOptions } from '../../../src/server/gateway/gateway-options.ts'
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
    ['a chatflow of a name', { gateway: true, bots: [{ appId: 'app', workflowId: '1' }] }, /^bots must name/],
    ['a name among ids', { gateway: true, bots: ['1', 'my bot'] }, /^bots must name/],
    ['files of no byte', { gateway: { maxUploadBytes: 0 }, bots: ['1'] }, /maxUploadBytes/],
    ['no conversations', { gateway: { maxNewConversations: 0 }, bots: ['1'] }, /maxNewConversations/],
    ['a chatflow of Studio’s', { gateway: { studio }, bots: ['1', { appId: '1', workflowId: '2' }] }, /chatflow/],
    [
      'a token of two lines',
      { gateway: { studio: { ...studio, personalToken: 'pat_secret\r\nx: y' } }, bots: ['1'] },
      /personalToken/,
    ],
    [
      'a token behind a space',
      { gateway: { studio: { ...studio, personalToken: ' pat_secret' } }, bots: ['1'] },
      /personalToken/,
    ],
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

  it.each([
    ...[
      'https://files.example.com',
      'files.example.com:443',
      'files.example.com/',
      '*.example.com',
      'Files.example.com',
    ],
    ...['localhost', 'files', '127.0.0.1', '10.0.0.1', '[::1]', '2130706433', '0x7f.1', 'a.1', 'files.example.com.'],
    ...[
      'db.internal',
      'nas.local',
      'nas.lan',
      'router.home',
      'a.localhost',
      '1.10.in-addr.arpa',
      'a.test',
      'a.invalid',
      '',
    ],
  ])('T16: let visitors name no files at what is no public host: %j', (host) => {
    const create = () => resolveGatewayOptions({ fileHosts: ['files.example.com', host] }, ['1'])
    expect(create).toThrow(/fileHosts/)
  })

  it('have these defaults, and take what is named', () => {
    const targets = ['1', { appId: '2', workflowId: '3' }] as const
    expect(resolveGatewayOptions(true, targets)).toEqual({
      connectorId: '999',
      maxUploadBytes: 52_428_800,
      maxOpenStreams: 8,
      maxNewConversations: 100,
      fileHosts: [],
      studio: undefined,
      targets,
    })
    const least = { maxUploadBytes: 1, maxOpenStreams: 1, maxNewConversations: 1, fileHosts: ['a-1.example.com'] }
    expect(resolveGatewayOptions({ ...least, connectorId: '1024' }, ['1'])).toMatchObject({
      ...least,
      connectorId: '1024',
    })
    expect(resolveGatewayOptions({ studio: { ...studio, baseUrl: 'https://studio.example//' } }, ['1']).studio).toEqual(
      studio,
    )
    expect(() => resolveGatewayOptions(true)).toThrow(/^bots must name/)
  })

  it('need no OAuth app for Coze Studio, and need one for everything else', async () => {
    await createTokenService({ secret: SECRET, bots: ['1'], gateway: { studio } }).ready()
    expect(() => createTokenService({ secret: SECRET, bots: ['1'], gateway: true })).toThrow(/appId is missing/)
  })
})
