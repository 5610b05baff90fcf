import { describe, expect, it } from 'vitest'
import { withForcedFields } from '../../../../src/server/gateway/request/forced-fields.ts'
import { readWireRequest } from '../../../../src/server/gateway/request/wire-request.ts'
import { routeNamed } from '../../../../src/server/gateway/route-matching.ts'
import { buildUpstreamRequest } from '../../../../src/server/gateway/upstream/upstream-request.ts'
import { toServiceRequest } from '../../../../src/server/http/service-request.ts'
import type { AuthenticatedVisitor } from '../../../../src/server/identity/authenticated-visitor.ts'

const ANN = { sessionName: 'ann', subject: 's_ann' } as AuthenticatedVisitor
const REQUEST = toServiceRequest(new Request('https://shop.test/'), {})
const wireRequest = readWireRequest(
  routeNamed('conversations'),
  { search: '?bot_id=7&user_id=bob&page_size=5' },
  { targets: ['7'], fileHosts: [] },
)

describe('the fields that the server decides', () => {
  it('T1: are overwritten, and what else the browser asks for is kept', () => {
    const asked = { ...wireRequest, query: { ...wireRequest.query, user_id: 'bob' } }
    expect(withForcedFields(asked, ANN, '1024').query).toEqual({
      bot_id: '7',
      page_size: '5',
      user_id: 's_ann',
      connector_id: '1024',
    })
  })

  it('T1: are in the body as well, and there are no others', () => {
    const json = { bot_id: '7', stream: true, user_id: 'bob', auto_save_history: false }
    const asked = readWireRequest(routeNamed('chat'), { json }, { targets: ['7'], fileHosts: [] })
    const { query, body } = withForcedFields({ ...asked, body: { ...asked.body, user_id: 'bob' } }, ANN, '1024')
    expect([query, body]).toStrictEqual([
      {},
      {
        bot_id: '7',
        stream: true,
        auto_save_history: true,
        user_id: 's_ann',
        session_name: 's_ann',
        connector_id: '1024',
      },
    ])
    const agent = readWireRequest(routeNamed('agent'), { params: { bot_id: '7' } }, { targets: ['7'], fileHosts: [] })
    const forced = withForcedFields(agent, ANN, '1024')
    expect([forced.query, forced.body]).toStrictEqual([{ is_published: 'true' }, {}])
  })

  it('T1: a request without them is none that can be sent, says the compiler', () => {
    // @ts-expect-error it has not been through `withForcedFields`
    const { query } = buildUpstreamRequest(wireRequest, REQUEST)
    expect(query).toEqual({ bot_id: '7', page_size: '5' })
    expect(buildUpstreamRequest(withForcedFields(wireRequest, ANN, '1024'), REQUEST).query).toMatchObject({
      user_id: 's_ann',
    })
  })
})
