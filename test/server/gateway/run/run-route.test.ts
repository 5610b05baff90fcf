import { describe, expect, it } from 'vitest'
import type { ResolvedGatewayOptions } from '../../../../src/server/gateway/gateway-options.ts'
import type { UploadBody } from '../../../../src/server/gateway/request/upload-body.ts'
import type { RouteInput } from '../../../../src/server/gateway/request/wire-request.ts'
import type { UpstreamResponse } from '../../../../src/server/gateway/response/upstream-response.ts'
import { routeNamed } from '../../../../src/server/gateway/route-matching.ts'
import { createRouteRunner, type RouteRunnerParts } from '../../../../src/server/gateway/run-route.ts'
import type { CallUpstream } from '../../../../src/server/gateway/upstream/call-upstream.ts'
import { ServiceError } from '../../../../src/server/http/service-error.ts'
import { toServiceRequest } from '../../../../src/server/http/service-request.ts'
import type { AuthenticatedVisitor } from '../../../../src/server/identity/authenticated-visitor.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'

const ANN = { sessionName: 'ann', subject: 's_ann' } as AuthenticatedVisitor
const OPTIONS: ResolvedGatewayOptions = {
  connectorId: '999',
  maxUploadBytes: 10,
  maxOpenStreams: 1,
  maxNewConversations: 1,
  fileHosts: [],
  studio: undefined,
  targets: ['11', { appId: '21', workflowId: '31' }],
}
const CHAT: RouteInput = { search: '?conversation_id=41', json: { bot_id: '11' } }
const JSON_RESPONSE: UpstreamResponse = { kind: 'json', body: { code: 0, data: {} }, logId: '' }

type Step = 'owner' | 'conversation' | 'place' | 'budget' | 'coze' | 'claim'

/** Runs routes, and tells the steps in their order; `fails` is the step that refuses. */
function createRunner({
  fails,
  response = JSON_RESPONSE,
  isStudio = false,
  whileAsking,
}: {
  fails?: Step
  response?: UpstreamResponse
  isStudio?: boolean
  whileAsking?: (upload: UploadBody | undefined) => Promise<void>
} = {}) {
  const steps: string[] = []
  const closed: (() => void)[] = []
  const step = (name: Step, detail = '') => {
    steps.push(detail === '' ? name : `${name}: ${detail}`)
    if (name === fails) throw new ServiceError('upstream_unavailable', { advice: name })
  }
  const stream = {
    onClose: (listener: () => void) => void closed.push(listener),
    close: () => void steps.push('stream closed'),
  }
  const answer = (response.kind === 'json' ? response : { ...response, stream }) as UpstreamResponse
  const callUpstream: CallUpstream = async ({ query, body }, { visitor, upload }) => {
    step('coze', JSON.stringify({ query, body, as: visitor.sessionName }))
    await whileAsking?.(upload)
    return answer
  }
  const parts: Partial<{ [Name in keyof RouteRunnerParts]: Partial<RouteRunnerParts[Name]> }> = {
    callUpstream,
    lookUp: async () => ({ id: '41' }),
    ownerCheck: {
      checkRequest: async () => step('owner'),
      async claimResponse(_checked, claimed) {
        step('claim')
        return claimed
      },
    },
    studioList: isStudio ? { of: async () => ['41'] } : undefined,
    limits: {
      spendCall: async (kind, session) => step('budget', `${kind} of ${session}`),
      openStream(session) {
        step('place', session)
        return () => void steps.push('place given back')
      },
    },
    newConversations: {
      async consume(session) {
        steps.push(`conversation: ${session}`)
        return { allowed: fails !== 'conversation', headers: [], retryAfterSeconds: 7 }
      },
    },
    clock: createFakeClock(),
  }
  const run = createRouteRunner(parts as RouteRunnerParts, OPTIONS)
  return {
    steps,
    closeStream: () => {
      for (const listener of closed) listener()
    },
    /** Names of the steps, without their details. */
    names: () => steps.map((text) => text.replace(/:.*/, '')),
    run: (route: string, input: RouteInput, sent?: RequestInit) =>
      run(routeNamed(route), input, ANN, toServiceRequest(new Request('https://shop.test/', sent), {})).catch(
        (error: unknown) => error,
      ),
  }
}

const streamed = { kind: 'events', first: undefined, logId: '' } as Partial<UpstreamResponse> as UpstreamResponse

describe('a request that the gateway runs', () => {
  it('T1 T3 T31: is checked and paid for before Coze is asked, and its response claimed before it is shown', async () => {
    const { run, steps } = createRunner({ response: streamed })
    expect(await run('chat', { json: { bot_id: '11' } })).toMatchObject({ kind: 'events' })
    const body = {
      bot_id: '11',
      auto_save_history: true,
      user_id: 's_ann',
      session_name: 's_ann',
      connector_id: '999',
    }
    expect(steps).toEqual([
      'owner',
      'conversation: ann',
      'place: ann',
      'budget: turns of ann',
      `coze: ${JSON.stringify({ query: {}, body, as: 'ann' })}`,
      'claim',
    ])
  })

  it.each<[Step, string[]]>([
    ['owner', []],
    ['conversation', ['owner']],
    ['place', ['owner', 'conversation']],
    ['budget', ['owner', 'conversation', 'place']],
    ['coze', ['owner', 'conversation', 'place', 'budget']],
  ])('T3 T31: that is refused by %s goes no further, and holds no place', async (fails, before) => {
    const { run, names } = createRunner({ fails })
    const code = fails === 'conversation' ? 'rate_limited' : 'upstream_unavailable'
    expect(await run('chat', { json: { bot_id: '11' } })).toMatchObject({ code })
    expect(names()).toEqual([...before, fails, ...(before.includes('place') ? ['place given back'] : [])])
  })

  it('that is malformed asks nobody', async () => {
    const { run, steps } = createRunner()
    expect(await run('chat', { json: { bot_id: '12' } })).toMatchObject({ code: 4006 })
    expect(steps).toEqual([])
  })
})

describe('T37: conversations of a session', () => {
  it.each<[string, string, RouteInput, boolean]>([
    ['a new one', 'conversation_create', { json: { bot_id: '11' } }, true],
    ['a turn without one', 'chat', { json: { bot_id: '11' } }, true],
    ['a turn in one', 'chat', CHAT, false],
    ['a turn of a chatflow', 'workflow_chat', { json: { workflow_id: '31', app_id: '21' } }, false],
    ['a look at one', 'conversation_retrieve', { search: '?conversation_id=41' }, false],
  ])('are counted where they begin: %s', async (_what, route, input, counts) => {
    const { run, names } = createRunner()
    await run(route, input)
    expect(names().includes('conversation')).toBe(counts)
  })

  it('are refused when there are too many of them, with the seconds until the next', async () => {
    const { run } = createRunner({ fails: 'conversation' })
    expect(await run('conversation_create', { json: { bot_id: '11' } })).toMatchObject({
      code: 'rate_limited',
      retryAfterSeconds: 7,
    })
  })
})

describe('T31: a place among the open streams', () => {
  it('is held by a streamed response until it ends', async () => {
    const { run, names, closeStream } = createRunner({ response: streamed })
    await run('chat', CHAT)
    expect(names()).toEqual(['owner', 'place', 'budget', 'coze', 'claim'])
    closeStream()
    expect(names().at(-1)).toBe('place given back')
  })

  it('is held until Coze has answered where the answer is JSON', async () => {
    const { run, names } = createRunner()
    await run('chat', CHAT)
    expect(names()).toEqual(['owner', 'place', 'budget', 'coze', 'place given back', 'claim'])
  })

  it('is not needed where neither request nor response stays open', async () => {
    const { run, names } = createRunner()
    await run('messages', { search: '?conversation_id=41', json: {} })
    expect(names()).toEqual(['owner', 'coze', 'claim'])
  })

  it('is needed for sound', async () => {
    const { run, names } = createRunner({ response: { ...streamed, kind: 'sound' } as UpstreamResponse })
    await run('speech', { json: { input: 'hello' } })
    expect(names()).toEqual(['owner', 'place', 'budget', 'coze', 'claim'])
  })
})

describe('T3: a response that is not the visitor’s', () => {
  it('is closed when it is a stream', async () => {
    const { run, names } = createRunner({ response: streamed, fails: 'claim' })
    expect(await run('chat', CHAT)).toMatchObject({ advice: 'claim' })
    expect(names().slice(-2)).toEqual(['claim', 'stream closed'])
  })

  it('is no response when it is JSON', async () => {
    const { run, names } = createRunner({ fails: 'claim' })
    expect(await run('messages', { search: '?conversation_id=41', json: {} })).toMatchObject({ advice: 'claim' })
    expect(names().at(-1)).toBe('claim')
  })
})

describe('T3: a list of conversations', () => {
  it('is the session’s own in front of Coze Studio, which is not asked for its list', async () => {
    const { run, steps } = createRunner({ isStudio: true })
    expect(await run('conversations', { search: '?bot_id=11' })).toMatchObject({
      body: { data: { conversations: [{ id: '41' }] } },
    })
    expect(steps).toEqual(['owner'])
  })

  it('is asked for in front of Coze; with Studio everything else is', async () => {
    const coze = createRunner()
    await coze.run('conversations', { search: '?bot_id=11' })
    expect(coze.names()).toEqual(['owner', 'coze', 'claim'])
    const studio = createRunner({ isStudio: true })
    await studio.run('conversation_retrieve', { search: '?conversation_id=41' })
    expect(studio.names()).toEqual(['owner', 'coze', 'claim'])
  })
})

describe('an upload', () => {
  const HEAD = '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'
  const form = (body: string): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: new Blob([body]).stream(),
    ...({ duplex: 'half' } as object),
  })
  const readAll = async (upload: UploadBody | undefined) => {
    await new Response(upload?.stream).text()
  }

  it('T13: holds a place while it goes up', async () => {
    let sent = ''
    const { run, names } = createRunner({
      async whileAsking(upload) {
        expect(names()).toEqual(['owner', 'place', 'budget', 'coze'])
        sent = upload?.contentType ?? ''
      },
    })
    expect(await run('upload', {}, form(`${HEAD}tea`))).toEqual(JSON_RESPONSE)
    expect(names()).toEqual(['owner', 'place', 'budget', 'coze', 'place given back', 'claim'])
    expect(sent).toMatch(/^multipart\/form-data; boundary=[\da-f-]{36}$/)
  })

  it('T26: that is cut off is the sender’s failure, although the request to Coze fails', async () => {
    const { run, names } = createRunner({ whileAsking: readAll })
    expect(await run('upload', {}, form(HEAD.padEnd(200, 'x')))).toMatchObject({
      name: 'ServiceError',
      code: 'too_large',
    })
    expect(names().at(-1)).toBe('place given back')
  })

  it('T26: that Coze fails to take is Coze’s failure', async () => {
    const failure = new ServiceError('upstream_unavailable')
    const { run } = createRunner({ whileAsking: () => Promise.reject(failure) })
    expect(await run('upload', {}, form(`${HEAD}tea`))).toBe(failure)
  })

  it('that is none is refused, and its place is free again', async () => {
    const { run, names } = createRunner()
    expect(await run('upload', {})).toMatchObject({ code: 'unsupported_media_type' })
    expect(names()).toEqual(['owner', 'place', 'budget', 'place given back'])
  })
})
