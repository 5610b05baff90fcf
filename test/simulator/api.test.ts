import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CozeSimulator, createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { ORIGIN, type Visitor, visit } from './support.ts'

const { botId, secondBotId, unpublishedBotId, appId, workflowId } = SIMULATOR_IDS
let simulator: CozeSimulator
let visitor: Visitor

beforeAll(async () => {
  simulator = await createCozeSimulator()
})
beforeEach(() => {
  simulator.reset()
  visitor = visit(simulator, 'VISITOR')
})

const get = async (path: string) => (await visitor.json('GET', path)).body
const multipart = (path: string, ...files: File[]) => {
  const form = new FormData()
  for (const file of files) form.append('file', file)
  return simulator.fetch(
    new Request(ORIGIN + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${visitor.token}`, 'accept-language': 'en' },
      body: form,
    }),
  )
}

describe('agents, apps and chatflows', () => {
  it('describes an agent with its system prompt, as Coze does to every browser', async () => {
    expect(await get(`/v1/bots/${botId}`)).toMatchObject({
      code: 0,
      data: {
        bot_id: botId,
        name: 'Mocha',
        prompt_info: { prompt: expect.stringContaining('SIMULATED-SYSTEM-PROMPT') },
        onboarding_info: { prologue: expect.any(String), suggested_questions: expect.any(Array) },
      },
    })
    expect(await get(`/v1/bot/get_online_info?bot_id=${secondBotId}&connector_id=999`)).toMatchObject({
      data: { name: 'Latte' },
    })
  })

  it('speaks of an agent that is nowhere published, or nowhere at all, by codes', async () => {
    expect(await get(`/v1/bots/${unpublishedBotId}`)).toMatchObject({ code: 4015 })
    expect(await get(`/v1/bots/${unpublishedBotId}?is_published=false`)).toMatchObject({ code: 0 })
    expect(await get('/v1/bots/1')).toMatchObject({ code: 4200 })
    expect(await get(`/v1/bot/get_online_info?bot_id=${unpublishedBotId}`)).toMatchObject({ code: 4015 })
  })

  it('describes an app with both spellings of msg, and a chatflow with both blocks', async () => {
    expect(await get(`/v1/apps/${appId}?connector_id=999`)).toMatchObject({
      code: 0,
      msg: '',
      message: '',
      data: { app_id: appId },
    })
    expect(await get(`/v1/workflows/${workflowId}?connector_id=999`)).toMatchObject({
      data: { role: { workflow_id: workflowId, name: 'Mocha' }, workflow_detail: { app_id: appId } },
    })
    expect(await get('/v1/apps/1')).toMatchObject({ code: 4200 })
  })

  it('tells about the account, not about the visitor', async () => {
    expect(await get('/v1/users/me')).toMatchObject({ data: { user_id: SIMULATOR_IDS.accountId } })
  })
})

describe('conversations', () => {
  it('pages a list, newest first, and sorts it as asked', async () => {
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.push(await visitor.createConversation())
    const list = async (query: string) => {
      const { data } = (await get(`/v1/conversations?bot_id=${botId}&${query}`)) as {
        data: { has_more: boolean; conversations: { id: string }[] }
      }
      return [data.conversations.map(({ id }) => id), data.has_more]
    }
    expect(await list('page_num=1&page_size=2')).toEqual([[ids[4], ids[3]], true])
    expect(await list('page_num=3&page_size=2')).toEqual([[ids[0]], false])
    expect(await list('sort_order=ASC&page_size=2')).toEqual([[ids[0], ids[1]], true])
    expect(await get(`/v1/conversations?bot_id=${botId}&page_size=51`)).toMatchObject({ code: 4000 })
    expect(await get(`/v1/conversations?bot_id=${botId}&connector_id=1`)).toMatchObject({ code: 4000 })
    expect(await get('/v1/conversations')).toMatchObject({ code: 4000 })
  })

  it('renames and deletes', async () => {
    const id = await visitor.createConversation()
    expect((await visitor.json('PUT', `/v1/conversations/${id}`, { name: 'Beans' })).body).toMatchObject({
      data: { name: 'Beans' },
    })
    expect((await visitor.json('PUT', `/v1/conversations/${id}`, { name: 'x'.repeat(101) })).body).toMatchObject({
      code: 4000,
    })
    expect((await visitor.json('DELETE', `/v1/conversations/${id}`)).body).toEqual({
      code: 0,
      msg: '',
      detail: { logid: expect.any(String) },
    })
    expect(await get(`/v1/conversation/retrieve?conversation_id=${id}`)).toMatchObject({ code: 4200 })
  })

  it('ids are 19 digits and grow', async () => {
    const [first, second] = [await visitor.createConversation(), await visitor.createConversation()]
    expect(first).toMatch(/^\d{19}$/)
    expect(second > first).toBe(true)
  })
})

describe('files and audio', () => {
  it.each<[string, File[], number]>([
    ['no file', [], 4300],
    ['two files', [new File(['a'], 'a.txt'), new File(['b'], 'b.txt')], 4301],
    ['a program', [new File(['a'], 'setup.exe')], 4303],
    ['an empty file', [new File([], 'empty.txt')], 4304],
  ])('refuses %s', async (_what, files, expected) => {
    expect((await (await multipart('/v1/files/upload', ...files)).json()).code).toBe(expected)
  })

  it('hears the same words in the same recording', async () => {
    const hear = async () =>
      (await (await multipart('/v1/audio/transcriptions', new File(['sound'], 'a.webm'))).json()).data.text
    expect(await hear()).toMatch(/\w/)
    expect(await hear()).toBe(await hear())
  })

  it('speaks real WAV, at the sample rate asked for under either spelling', async () => {
    const rate = async (body: object) => {
      const response = await visitor.request('POST', '/v1/audio/speech', { input: 'Hello', voice_id: '1', ...body })
      expect(response.headers.get('content-type')).toBe('audio/wav')
      const view = new DataView(await response.arrayBuffer())
      expect(view.getUint32(4, true)).toBe(view.byteLength - 8)
      return view.getUint32(24, true)
    }
    expect([await rate({}), await rate({ sample_rate: 16_000 }), await rate({ sampling_rate: 8_000 })]).toEqual([
      24_000, 16_000, 8_000,
    ])
    expect(
      (await visitor.json('POST', '/v1/audio/speech', { input: '长'.repeat(342), voice_id: '1' })).body,
    ).toMatchObject({ code: 4000 })
  })

  it('lists voices and opens rooms', async () => {
    expect(await get('/v1/audio/voices')).toMatchObject({
      data: { has_more: false, voice_list: [{ language_code: 'zh' }, {}] },
    })
    expect((await visitor.json('POST', '/v1/audio/rooms', { bot_id: botId })).body).toMatchObject({
      data: { room_id: expect.any(String) },
    })
  })
})

describe('browsers', () => {
  it('answers a preflight from anywhere with whatever headers are asked for', async () => {
    const response = await simulator.fetch(
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
      const { headers } = await visitor.request('GET', path)
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('access-control-expose-headers')).toContain('x-tt-logid')
      expect(headers.get('x-tt-logid')).toMatch(/^\d{14}[0-9A-F]{20}$/)
    }
  })
})

describe('controls', () => {
  const control = async (method: string, path: string, body?: unknown) =>
    visitor.json(method, `/__simulator/${path}`, body)

  it('turns knobs over HTTP, and names one that does not exist', async () => {
    expect((await control('POST', 'knobs', { authStatus: 200 })).body['authStatus']).toBe(200)
    expect((await control('GET', 'knobs')).body['authStatus']).toBe(200)
    const refused = await control('POST', 'knobs', { authstatus: 200 })
    expect([refused.status, String(refused.body['error'])]).toEqual([400, expect.stringContaining('authstatus')])
    expect((await control('POST', 'knobs', [])).status).toBe(400)
  })

  it('shows calls with their session, body and status; its own calls are not among them', async () => {
    await visitor.json('PUT', '/v1/conversations/1', { name: 'Beans' })
    await control('GET', 'knobs')
    const { body } = await control('GET', 'requests')
    expect(body).toMatchObject([
      {
        method: 'PUT',
        path: '/v1/conversations/1',
        body: { name: 'Beans' },
        sessionName: 'VISITOR',
        status: 200,
        headers: { authorization: `Bearer ${visitor.token}` },
      },
    ])
    expect(body).toHaveLength(1)
  })

  it('logs an upload by its size, and a refused token without a session', async () => {
    await multipart('/v1/files/upload', new File(['beans'], 'beans.txt'))
    await visit(simulator, null, 'czs_unknown').request('GET', '/v1/users/me')
    expect(simulator.requests.map(({ body, sessionName, status }) => [body, sessionName, status])).toEqual([
      [expect.stringMatching(/^<.+ bytes of multipart\/form-data>$/), 'VISITOR', 200],
      [undefined, undefined, 401],
    ])
  })

  it('keeps a bounded number of calls', async () => {
    for (let i = 0; i < 2_100; i++) await visitor.request('GET', '/v1/users/me')
    expect(simulator.requests.length).toBeLessThanOrEqual(2_000)
    expect(simulator.requests.length).toBeGreaterThanOrEqual(1_000)
  })

  it('mints, revokes, dumps and resets over HTTP', async () => {
    const { body } = await control('POST', 'token', { sessionName: 'X', seconds: 60 })
    const x = visit(simulator, 'X', String(body['access_token']))
    await x.ask('My name is Xenia')
    expect((await control('GET', 'dump')).body).toMatchObject({
      sessions: [{ sessionName: 'X', conversations: [{ name: 'My name is Xenia', messages: expect.any(Array) }] }],
    })
    expect((await control('POST', 'revoke', { sessionName: 'X' })).body).toEqual({ revoked: 1 })
    expect((await x.request('GET', '/v1/users/me')).status).toBe(401)
    await control('POST', 'reset')
    expect((await control('GET', 'dump')).body).toEqual({ sessions: [], liveTokens: 0 })
    expect((await visitor.request('GET', '/v1/users/me')).status).toBe(401)
  })
})
