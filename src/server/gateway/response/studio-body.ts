/**
 * The bodies of Coze Studio in the shapes of Coze's API, so that everything behind reads one of them (docs/coze.md 8). Shapes and codes
 * are those of https://github.com/coze-dev/coze-studio . Pure.
 */
import { VENDOR_CODES } from '../../../coze/vendor-codes.ts'
import { dataOf, printedCode, statusOf } from '../../../coze/wire/studio.ts'
import { isJsonObject, textOrNumberOf } from '../lossless-json.ts'
import type { GatewayRoute } from '../routes.ts'

type Fields = Readonly<Record<string, unknown>>

const STATUS_OF_BAD_REQUEST = 400

/** Coze's code for Studio's, where both have one for the same thing. */
const COZE_CODES: ReadonlyMap<number, number> = new Map<number, number>([
  [STATUS_OF_BAD_REQUEST, VENDOR_CODES.badParameter.number],
  [VENDOR_CODES.studioBadParameter.number, VENDOR_CODES.badParameter.number],
  [VENDOR_CODES.studioNotYours.number, VENDOR_CODES.notFound.number],
  [VENDOR_CODES.studioConversationNotFound.number, VENDOR_CODES.notFound.number],
  [VENDOR_CODES.studioAgentNotFound.number, VENDOR_CODES.invalidBot.number],
  [VENDOR_CODES.studioAgentHidden.number, VENDOR_CODES.notFound.number],
  [VENDOR_CODES.studioMessageNotFound.number, VENDOR_CODES.invalidMessage.number],
  [VENDOR_CODES.studioChatNotFound.number, VENDOR_CODES.invalidChat.number],
  [VENDOR_CODES.studioCannotCancel.number, VENDOR_CODES.cannotCancel.number],
])

/**
 * @param body the parsed JSON; undefined where it was none
 * @param text what was sent
 * @returns the body as Coze would have sent it; undefined where it tells nothing
 */
export function cozeBodyOf({ name }: GatewayRoute, body: Fields | undefined, text: string): Fields | undefined {
  const printed = printedCode(body?.['msg'] ?? text)
  if (printed !== undefined) return { code: cozeCodeOf(printed) }
  if (body === undefined) return undefined
  if (body['code'] !== undefined && body['code'] !== 0)
    return { ...body, code: cozeCodeOf(Number(textOrNumberOf(body['code']))) }
  // This one is sent without an envelope.
  const data = name === 'agent_online' && body['data'] === undefined ? body : dataOf(body)
  // Some successes have no code. What has neither code nor data is a page of somebody else's.
  if (data === undefined && body['code'] === undefined) return undefined
  return { ...body, code: 0, data: withCozeFields(data) }
}

function cozeCodeOf(code: number): number {
  return COZE_CODES.get(code) ?? code
}

function withCozeFields(data: unknown): unknown {
  if (!isJsonObject(data)) return data
  const { status, CreatedAt: createdAt, ...fields } = data
  return {
    ...fields,
    ...(typeof status === 'string' && { status: statusOf(status) }),
    ...(createdAt !== undefined && { created_at: createdAt }),
  }
}
