import { importPKCS8, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CozeSimulator, createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { completed, field, parseStream } from './support.ts'

/**
 * The steps of Coze's session isolation guide, its Python calls written in TypeScript. They differ from its text in two places, as Coze
 * does: the assertion is in the `Authorization` header (the guide puts it into the body, where Coze ignores it), and a conversation is
 * created by `POST /v1/conversation/create`.
 */
const API_BASE = 'https://api.coze.cn'
const { workflowId, appId } = SIMULATOR_IDS
let simulator: CozeSimulator

beforeAll(async () => {
  simulator = await createCozeSimulator()
})

async function createJwtToken(sessionName: string, ttl = 3600): Promise<string> {
  const { appId: clientId, keyId, privateKeyPem } = simulator.credentials
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ session_name: sessionName })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keyId })
    .setIssuer(clientId)
    .setAudience('api.coze.cn')
    .setIssuedAt(now)
    .setExpirationTime(now + ttl)
    .setJti(crypto.randomUUID())
    .sign(await importPKCS8(privateKeyPem, 'RS256'))
}

function post(path: string, bearer: string, body?: unknown): Promise<Response> {
  return simulator.fetch(
    new Request(API_BASE + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  )
}

async function getAccessToken(jwt: string): Promise<{ access_token: string; expires_in: number; token_type: string }> {
  const response = await post('/api/permission/oauth2/token', jwt, {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: jwt,
    duration_seconds: 3600,
  })
  expect(response.status).toBe(200)
  return response.json()
}

async function getToken(sessionName: string): Promise<string> {
  return (await getAccessToken(await createJwtToken(sessionName))).access_token
}

async function createConversation(accessToken: string): Promise<string> {
  const response = await post('/v1/conversation/create', accessToken)
  return (await response.json()).data.id
}

async function chatWithWorkflow(sessionName: string, message: string, conversationId?: string): Promise<string> {
  const response = await post('/v1/workflows/chat', await getToken(sessionName), {
    workflow_id: workflowId,
    app_id: appId,
    session_name: sessionName,
    ...(conversationId !== undefined && { conversation_id: conversationId }),
    parameters: { USER_INPUT: message },
    additional_messages: [{ content: message, content_type: 'text', role: 'user', type: 'question' }],
  })
  return completed(parseStream(await response.text()), 'answer').join('\n')
}

describe('the session isolation guide', () => {
  it('step 1: the id a site gives its user is accepted as session name, whatever its form', async () => {
    for (const uid of ['USER_A', 'session_k3j9x0q2m8a7b1c4', '用户甲']) expect(await getToken(uid)).toMatch(/^czs_/)
  })

  it('step 2: a signed JWT with session_name is traded for an access token of its own for each user', async () => {
    const a = await getAccessToken(await createJwtToken('USER_A'))
    const b = await getAccessToken(await createJwtToken('USER_B'))
    expect(a.token_type).toBe('Bearer')
    // The guide's sample says 3600; Coze returns the moment of expiry.
    expect(Math.abs(a.expires_in - Date.now() / 1000 - 3600)).toBeLessThan(5)
    expect(a.access_token).not.toBe(b.access_token)
  })

  it('step 2: an assertion in the body alone is not what Coze reads', async () => {
    const jwt = await createJwtToken('USER_A')
    const response = await simulator.fetch(
      new Request(`${API_BASE}/api/permission/oauth2/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: jwt }),
      }),
    )
    expect([response.status, (await response.json()).error_code]).toEqual([400, 'invalid_request'])
  })

  it('step 3: a chatflow call with session_name at the top level of its body is answered', async () => {
    simulator.setKnobs({ requireSessionNameInBody: true })
    expect(await chatWithWorkflow('USER_A3', '你好,我是用户A')).toContain('用户A')
    simulator.setKnobs({ requireSessionNameInBody: false })
  })

  it('step 4: a conversation of their own carries a user through several turns', async () => {
    const conversationId = await createConversation(await getToken('USER_A4'))
    await chatWithWorkflow('USER_A4', '你好,我叫张三', conversationId)
    expect(await chatWithWorkflow('USER_A4', '我叫什么名字?', conversationId)).toContain('你叫张三')
  })

  it('question 4: the isolation script: A is remembered, and knows nothing of what B said', async () => {
    await chatWithWorkflow('USER_A', '你好,我叫张三,我25岁')
    await chatWithWorkflow('USER_B', '你好,我叫李四,我是程序员')
    const secondOfA = await chatWithWorkflow('USER_A', '我叫什么名字?我多大?')
    expect(secondOfA).toContain('张三')
    expect(secondOfA).toContain('25')
    expect(await chatWithWorkflow('USER_A', '李四是谁?')).not.toContain('程序员')
    expect(await chatWithWorkflow('USER_B', '李四是谁?')).toContain('程序员')
  })

  it('question 1: one token for everybody is what lets A read B, and the simulator shows it', async () => {
    const shared = simulator.credentials.personalToken
    const say = async (message: string) => {
      const response = await post('/v1/workflows/chat', shared, {
        workflow_id: workflowId,
        app_id: appId,
        additional_messages: [{ content: message, content_type: 'text', role: 'user', type: 'question' }],
      })
      const events = parseStream(await response.text())
      return { text: completed(events, 'answer').join(), conversation: field(events[0], 'conversation_id') }
    }
    const b = await say('你好,我叫李四,我是程序员')
    const a = await say('李四是谁?')
    expect(a.conversation).toBe(b.conversation)
    expect(a.text).toContain('程序员')
  })
})
