/**
 * BAD EXAMPLE. DO NOT COPY.
 *
 * The token endpoint as a reader of Coze's session isolation guide writes it: it signs the `user_id` that the browser sends
 * as `session_name` without a check, and is open to every origin and without limits. It is here so that tests can show
 * that `verify` finds its holes.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { importPKCS8, SignJWT } from 'jose'

export interface GuideServiceOptions {
  appId: string
  keyId: string
  privateKeyPem: string
  apiBase: string
}

const TOKEN_SECONDS = 3_600

export async function startGuideService(options: GuideServiceOptions) {
  const key = await importPKCS8(options.privateKeyPem, 'RS256')
  const cache = new Map<string, { token: string; expiresAt: number }>()

  async function createJwt(sessionName: string): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    return new SignJWT({ session_name: sessionName })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: options.keyId })
      .setIssuer(options.appId)
      .setAudience('api.coze.cn')
      .setIssuedAt(now)
      .setExpirationTime(now + TOKEN_SECONDS)
      .setJti(crypto.randomUUID())
      .sign(key)
  }

  async function getAccessToken(sessionName: string): Promise<string> {
    const cached = cache.get(sessionName)
    if (cached !== undefined && cached.expiresAt > Date.now()) return cached.token
    const jwt = await createJwt(sessionName)
    const response = await fetch(`${options.apiBase}/api/permission/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${jwt}` },
      body: JSON.stringify({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        duration_seconds: TOKEN_SECONDS,
      }),
    })
    if (!response.ok) throw new Error(`获取 Token 失败: ${await response.text()}`)
    const { access_token: token } = (await response.json()) as { access_token: string }
    cache.set(sessionName, { token, expiresAt: Date.now() + 3_300_000 })
    return token
  }

  const server = createServer((request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'access-control-allow-origin': '*',
        'access-control-allow-headers': '*',
      })
      response.end(JSON.stringify(body))
    }
    if (request.method === 'OPTIONS') return answer(200, {})
    let text = ''
    request.on('data', (chunk) => {
      text += String(chunk)
    })
    request.on('end', async () => {
      try {
        const { user_id: userId } = JSON.parse(text) as { user_id?: unknown }
        if (typeof userId !== 'string') return answer(422, { detail: 'user_id: field required' })
        answer(200, { access_token: await getAccessToken(userId), expires_in: TOKEN_SECONDS, token_type: 'Bearer' })
      } catch (error) {
        answer(500, { detail: error instanceof Error ? error.stack : text })
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/api/coze/token`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
