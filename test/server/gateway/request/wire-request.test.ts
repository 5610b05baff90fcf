import { describe, expect, it } from 'vitest'
import { type RouteInput, readWireRequest } from '../../../../src/server/gateway/request/wire-request.ts'
import { routeNamed } from '../../../../src/server/gateway/route-matching.ts'

const TARGETS = ['11', { appId: '21', workflowId: '31' }, { appId: '22', workflowId: '32' }] as const
const read = (route: string, input: RouteInput) =>
  readWireRequest(routeNamed(route), input, { targets: TARGETS, fileHosts: ['files.shop.example'] })
/** What is refused, and with which of Coze's codes; `read` where nothing is. */
function codeOf(route: string, input: RouteInput): unknown {
  try {
    read(route, input)
    return 'read'
  } catch (error) {
    return (error as { code: unknown }).code
  }
}

describe('a request for Coze', () => {
  it('has the ids of its path in their places, and among its ids', () => {
    const params = { conversation_id: '41', message_id: '51' }
    expect(read('feedback', { params, json: { feedback_type: 'like' } })).toEqual({
      route: routeNamed('feedback'),
      path: '/v1/conversations/41/messages/51/feedback',
      ids: params,
      query: {},
      body: { feedback_type: 'like' },
      fileIds: [],
    })
  })

  it('T1: has the parameters of its route that say something, each once, and no others', () => {
    const search = '?bot_id=11&bot_id=99&page_num=&page_size=5&user_id=bob&connector_id=1'
    const { query, ids } = read('conversations', { search })
    expect([query, ids]).toEqual([{ bot_id: '11', page_size: '5' }, { bot_id: '11' }])
    expect(read('agent', { params: { bot_id: '11' }, search: '?bot_id=99&is_published=false' })).toMatchObject({
      path: '/v1/bots/11',
      ids: { bot_id: '11' },
      query: {},
    })
  })

  it('T1: has the fields of its route that say something, and no others', () => {
    const json = { name: 'Beans', get_or_create: null, conversation_name: '', user_id: 'bob', draft_mode: true }
    expect(read('conversation_create', { json: { ...json, bot_id: '11' } }).body).toEqual({
      bot_id: '11',
      name: 'Beans',
    })
    // A route without a body has none, whatever came; one with an upload has it beside the request.
    for (const route of ['agent_online', 'upload']) {
      expect(read(route, { search: '?bot_id=11', json: { bot_id: '11', name: 'Beans' } }).body).toEqual({})
    }
    expect(codeOf('agent_online', { json: { bot_id: '11' } })).toBe(4000)
  })

  it('has a body that is an object, where its route has one', () => {
    const search = '?conversation_id=41'
    for (const json of [undefined, null, [], 'text', 7]) expect(codeOf('messages', { search, json })).toBe(4000)
    expect(codeOf('messages', { search, json: {} })).toBe('read')
  })

  it('T3: names the files that were sent with it, so that they can be checked', () => {
    const content = JSON.stringify([
      { type: 'file', file_id: '61' },
      { type: 'image', file_id: '62' },
      { type: 'image', file_url: 'https://files.shop.example/a.png' },
    ])
    const asked = { role: 'user', content, content_type: 'object_string' }
    expect(read('chat', { json: { bot_id: '11', additional_messages: [asked] } }).fileIds).toEqual(['61', '62'])
  })
})

describe('what a request may be for', () => {
  it.each([
    ['an agent', { bot_id: '11' }, 'read'],
    ['an app', { app_id: '21' }, 'read'],
    ['an app and its own workflow', { app_id: '21', workflow_id: '31' }, 'read'],
    ['another agent', { bot_id: '12' }, 4006],
    ['an app in the place of an agent', { bot_id: '21' }, 4006],
    ['another app', { app_id: '23' }, 4200],
    ['an agent in the place of an app', { app_id: '11' }, 4200],
    ['an app and the workflow of another one', { app_id: '21', workflow_id: '32' }, 4200],
    ['an agent and the workflow of an app', { bot_id: '11', workflow_id: '31' }, 'read'],
    ['an agent and a workflow that nobody named', { bot_id: '11', workflow_id: '33' }, 4200],
    ['an agent and an app', { bot_id: '11', app_id: '21' }, 4000],
    ['nothing', {}, 4000],
    ['a workflow alone', { workflow_id: '31' }, 4000],
  ])('a new conversation with %s', (_what, json, code) => {
    expect(codeOf('conversation_create', { json })).toBe(code)
  })

  it('a workflow that the owner named, and no other', () => {
    expect(codeOf('workflow', { params: { workflow_id: '32' } })).toBe('read')
    for (const id of ['33', '22', '11']) expect(codeOf('workflow', { params: { workflow_id: id } })).toBe(4200)
  })

  it('an agent, where the owner named no chatflow', () => {
    const only = { targets: ['11'], fileHosts: [] } as const
    const { ids } = readWireRequest(routeNamed('agent'), { params: { bot_id: '11' } }, only)
    expect(ids).toEqual({ bot_id: '11' })
    expect(() => readWireRequest(routeNamed('app'), { params: { app_id: '21' } }, only)).toThrow('4200')
  })

  it('an agent that nobody named does not exist, with the code that Coze has for it on that route', () => {
    expect(codeOf('agent', { params: { bot_id: '12' } })).toBe(4200)
    expect(codeOf('agent_online', { search: '?bot_id=12' })).toBe(4006)
  })
})

describe('the ids of a request', () => {
  const page = (json: object, conversation = '41') =>
    codeOf('messages', { search: `?conversation_id=${conversation}`, json })

  it('are decimal numbers of up to 24 digits, as text', () => {
    for (const id of ['0', '7399999999999999999', '9'.repeat(24)]) expect(page({ chat_id: id })).toBe('read')
  })

  it.each([
    ...['9'.repeat(25), '-1', '1.5', '1e3', ' 1', '1\n', '1/..', '..', '٣', 'a'],
    ...[7, true, ['41'], { id: '41' }],
  ])('T3: are nothing else: %j', (id) => {
    expect(page({ chat_id: id })).toBe(4001)
    expect(page({ before_id: id })).toBe(4005)
    expect(page({ after_id: id })).toBe(4005)
    if (typeof id === 'string') expect(page({}, encodeURIComponent(id))).toBe(4200)
  })

  it('T3: that are malformed are refused as those that do not exist', () => {
    const of = (route: string, name: string, json?: object) => {
      const ids = { conversation_id: '1', chat_id: '1', message_id: '1', [name]: 'x' }
      return codeOf(route, { params: ids, search: `?${new URLSearchParams(ids)}`, json })
    }
    expect([of('feedback', 'message_id', {}), of('feedback', 'conversation_id', {})]).toEqual([4005, 4200])
    expect([of('chat_retrieve', 'chat_id'), of('chat_retrieve', 'conversation_id')]).toEqual([4001, 4002])
    expect(codeOf('workflow', { params: { workflow_id: 'x' } })).toBe(4200)
    expect(codeOf('app', { params: { app_id: 'x' } })).toBe(4200)
  })

  it('are all there that the route requires', () => {
    expect(codeOf('chat_retrieve', { search: '?conversation_id=41' })).toBe(4000)
    expect(codeOf('chat_retrieve', { search: '?chat_id=71' })).toBe(4000)
    expect(codeOf('chat_retrieve', { search: '?conversation_id=41&chat_id=71' })).toBe('read')
  })
})
