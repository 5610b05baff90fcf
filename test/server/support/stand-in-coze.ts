import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose'

/** What the stand-in received. */
export interface SeenExchange {
  url: string
  authorization: string
  body: Record<string, unknown>
  claims: JWTPayload
  kid: string | undefined
}

export type ExchangeReply = (seen: SeenExchange, number: number) => Response | Promise<Response>

/** A token endpoint a test writes the answers of; the simulator plays the whole of Coze. */
export function createStandInCoze(reply: ExchangeReply = goodReply()) {
  const seen: SeenExchange[] = []
  let open = 0
  const coze = {
    seen,
    reply,
    mostOpen: 0,
    fetch: async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      const request = new Request(input, init)
      const authorization = request.headers.get('authorization') ?? ''
      const jwt = authorization.replace('Bearer ', '')
      const exchange: SeenExchange = {
        url: request.url,
        authorization,
        body: (await request.json()) as Record<string, unknown>,
        claims: decodeJwt(jwt),
        kid: decodeProtectedHeader(jwt).kid,
      }
      seen.push(exchange)
      open++
      coze.mostOpen = Math.max(coze.mostOpen, open)
      try {
        return await coze.reply(exchange, seen.length)
      } finally {
        open--
      }
    },
  }
  return coze
}

/** `expires_in` as a duration, so that no clock matters. */
export function goodReply(lifeSeconds = 900): ExchangeReply {
  return (_seen, number) =>
    Response.json({ access_token: `czs_${number}`, expires_in: lifeSeconds, token_type: 'Bearer' })
}

export function oauthError(status: number, code: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error_code: code, error_message: 'upstream words with czs_canary' }, { status, headers })
}
