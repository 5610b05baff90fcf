/** Reads the response of a token endpoint. Whatever our own token service would not say is left to `unusual-token-response.ts`. */
import type { Clock } from '../../platform/clock.ts'
import { parseJson } from '../../platform/parse-json.ts'
import type { Part } from '../../platform/part.ts'
import { readGrant, type TokenGrant } from './token-grant.ts'
import type { readOtherResponse, readTokenValue } from './unusual-token-response.ts'

export interface TokenResponsePart {
  readonly readOtherResponse: typeof readOtherResponse
  readonly readTokenValue: typeof readTokenValue
}

/** A visitor of our own token service needs none of them until they are refused. */
export interface VisitorParts {
  readonly tokenResponse: Part<TokenResponsePart>
}

const MAX_RESPONSE_BYTES = 65_536

/**
 * @throws CozeChatError the error that the response stands for (see `unusual-token-response.ts`); `network` where its code cannot be loaded
 * @throws TypeError where the connection breaks in the body
 */
export async function readTokenResponse(
  response: Response,
  clock: Clock,
  part: Part<TokenResponsePart>,
): Promise<TokenGrant> {
  const text = await readText(response)
  const nowMs = clock.now()
  const grant = response.ok && text !== undefined ? readGrant(parseJson(text)) : undefined
  if (grant !== undefined) return grant
  const { readOtherResponse } = part.loaded ?? (await part.load())
  return readOtherResponse(response, text, nowMs)
}

/** Returns undefined for a body of more than 64 KiB, whatever its headers say. */
async function readText({ body }: Response): Promise<string | undefined> {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.length
    if (bytes > MAX_RESPONSE_BYTES) {
      reader.cancel().catch(() => {})
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}
