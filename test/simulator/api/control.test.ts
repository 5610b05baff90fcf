import { describe, expect, it } from 'vitest'
import { useSimulator, visit } from '../support.ts'

const world = useSimulator()

describe('controls', () => {
  const control = async (method: string, path: string, body?: unknown) =>
    world.visitor.json(method, `/__simulator/${path}`, body)

  it('turns knobs over HTTP, and names one that does not exist', async () => {
    expect((await control('POST', 'knobs', { authStatus: 200 })).body['authStatus']).toBe(200)
    expect((await control('GET', 'knobs')).body['authStatus']).toBe(200)
    const refused = await control('POST', 'knobs', { authstatus: 200 })
    expect([refused.status, String(refused.body['error'])]).toEqual([400, expect.stringContaining('authstatus')])
    expect((await control('POST', 'knobs', [])).status).toBe(400)
  })

  it('shows calls with their session, body and status; its own calls are not among them', async () => {
    await world.visitor.json('PUT', '/v1/conversations/1', { name: 'Beans' })
    await control('GET', 'knobs')
    const { body } = await control('GET', 'requests')
    expect(body).toMatchObject([
      {
        method: 'PUT',
        path: '/v1/conversations/1',
        body: { name: 'Beans' },
        sessionName: 'VISITOR',
        status: 200,
        headers: { authorization: `Bearer ${world.visitor.token}` },
      },
    ])
    expect(body).toHaveLength(1)
  })

  it('logs an upload by its size, and a refused token without a session', async () => {
    await world.visitor.upload('/v1/files/upload', new File(['beans'], 'beans.txt'))
    await visit(world.simulator, null, 'czs_unknown').request('GET', '/v1/users/me')
    expect(world.simulator.requests.map(({ body, sessionName, status }) => [body, sessionName, status])).toEqual([
      [expect.stringMatching(/^<.+ bytes of multipart\/form-data>$/), 'VISITOR', 200],
      [undefined, undefined, 401],
    ])
  })

  it('keeps a bounded number of calls', async () => {
    for (let i = 0; i < 2_100; i++) await world.visitor.request('GET', '/v1/users/me')
    expect(world.simulator.requests.length).toBeLessThanOrEqual(2_000)
    expect(world.simulator.requests.length).toBeGreaterThanOrEqual(1_000)
  })

  it('mints, revokes, dumps and resets over HTTP', async () => {
    const { body } = await control('POST', 'token', { sessionName: 'X', seconds: 60 })
    const x = visit(world.simulator, 'X', String(body['access_token']))
    await x.ask('My name is Xenia')
    expect((await control('GET', 'dump')).body).toMatchObject({
      sessions: [{ sessionName: 'X', conversations: [{ name: 'My name is Xenia', messages: expect.any(Array) }] }],
    })
    expect((await control('POST', 'revoke', { sessionName: 'X' })).body).toEqual({ revoked: 1 })
    expect((await x.request('GET', '/v1/users/me')).status).toBe(401)
    await control('POST', 'reset')
    expect((await control('GET', 'dump')).body).toEqual({ sessions: [], liveTokens: 0 })
    expect((await world.visitor.request('GET', '/v1/users/me')).status).toBe(401)
  })
})
