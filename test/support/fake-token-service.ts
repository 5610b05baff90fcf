/** A token service of a few lines that keeps to `protocol/token-endpoint.ts`, for tests of the browser's side. */
import type { TokenAnswer, TokenRequest } from '../../src/protocol/token-endpoint.ts'

export interface FakeTokenService {
  fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly requests: (TokenRequest & { headers: Record<string, string>; init: RequestInit })[]
  /** Questions that mint or renew; logouts left out. */
  readonly questions: number
  /** Who the site's cookie names; undefined: nobody. */
  user: string | undefined
  ttlSeconds: number
  /** Responds instead of the service. */
  script: ((request: TokenRequest, count: number) => Response | Promise<Response> | undefined) | undefined
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

export function createFakeTokenService(options: { keepClientId?: boolean } = {}): FakeTokenService {
  const tickets = new Map<string, string>()
  let count = 0
  const service: FakeTokenService = {
    requests: [],
    get questions() {
      return service.requests.filter((request) => !request.end).length
    },
    user: undefined,
    ttlSeconds: 900,
    script: undefined,
    async fetch(_url, init) {
      const body = JSON.parse(String(init.body)) as TokenRequest
      service.requests.push({ ...body, headers: init.headers as Record<string, string>, init })
      const scripted = await service.script?.(body, service.requests.length)
      if (scripted) return scripted
      if (body.end) return json({})
      const number = ++count
      const answer = (fields: Pick<TokenAnswer, 'kind' | 'subject'> & { session_id?: string }) =>
        json({
          access_token: `czs_${number}`,
          token_type: 'Bearer',
          expires_in: service.ttlSeconds,
          ...fields,
        } satisfies TokenAnswer)
      if (service.user !== undefined && body.expect !== 'anonymous') {
        return answer({ kind: 'user', subject: `s_user_${service.user}` })
      }
      if (body.expect === 'user') return json({ error: 'signed_out' }, 401)
      const sent = body.session_id ?? ''
      if (options.keepClientId) return answer({ kind: 'anonymous', subject: `s_of_${sent}` })
      const known = tickets.get(sent)
      if (known !== undefined) return answer({ kind: 'anonymous', subject: known })
      const ticket = `v1.k1.${String(number).padStart(21, '0')}A.t${number}.${'m'.repeat(42)}A`
      tickets.set(ticket, `s_visitor_${number}`)
      return answer({ kind: 'anonymous', subject: `s_visitor_${number}`, session_id: ticket })
    },
  }
  return service
}
