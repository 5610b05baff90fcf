/** The vendor's envelope and its failures. */
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import * as v from 'valibot'
import type { WireEnvelope, WireFailure } from '../coze/wire.ts'
import type { Simulation, SimulatorContext } from './simulation.ts'

/** A failure with a code of coze-contract.md 7.1; the app turns it into the answer. */
export class ApiFailure extends Error {
  readonly code: number

  constructor(code: number, message: string = failureText(code), options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const FAILURE_TEXTS: Record<number, string> = {
  4000: 'Request parameter error',
  4001: 'Invalid chat. Please check the chat id.',
  4002: 'Invalid conversation. Please check the conversation id.',
  4003: 'meta_data exceeds the limit',
  4004: 'additional_messages exceeds the limit',
  4005: 'Invalid message. Please check the message id and content.',
  4006: 'Invalid bot. Please check the bot id and your access to it.',
  4007: 'When stream is false, auto_save_history must be true',
  4008: 'The daily usage of the agent is exhausted',
  4009: 'The system is busy, please try again later',
  4010: 'The prompt is too long',
  4011: 'The Coze token balance is insufficient',
  4013: 'The model is receiving too many requests, please try again later',
  4014: 'The question cannot be answered',
  4015: 'The bot_id is not published to this channel',
  4016: 'Conversation occupied: another chat is running in it',
  4020: 'The RPM limit of the model is exceeded',
  4027: 'Your account is in arrears',
  4028: 'Your free quota has been used up',
  4100: 'authentication is invalid',
  4101: 'The token you entered is incorrect or does not have permission to access this resource',
  4102: 'Blocked by risk control',
  4104: 'The chat cannot be cancelled in its current state',
  4200: 'Requested resource not found',
  4300: 'No file was uploaded',
  4301: 'Only one file may be uploaded',
  4302: 'The file is too large',
  4303: 'This type of file is not supported',
  4304: 'The file is invalid',
  5000: 'Internal error',
  700012006: 'access token invalid',
  720702204: 'The conversation name does not exist',
}

export function failureText(code: number): string {
  return FAILURE_TEXTS[code] ?? `Simulated failure ${code}`
}

export function ok<T>(c: SimulatorContext, data: T): Response {
  return c.json({ code: 0, msg: '', data, detail: { logid: c.get('logId') } } satisfies WireEnvelope<T>)
}

/** An envelope without `data`. */
export function done(c: SimulatorContext): Response {
  return c.json({ code: 0, msg: '', detail: { logid: c.get('logId') } })
}

const STATUS_BY_CODE: Record<number, ContentfulStatusCode> = {
  4000: 400,
  4101: 403,
  4200: 404,
  4013: 429,
  4020: 429,
  5000: 500,
}

/** What open-source Studio answers where the cloud has a code of its own (coze-contract.md 5.6, 7.1). */
const STUDIO_CODES: Record<number, number> = {
  4000: 103000000,
  4001: 103200003,
  4002: 103000002,
  4005: 103200001,
  4006: 103100002,
  4100: 700012006,
  4104: 103200005,
  4200: 103000002,
}

/** The plain JSON of a failure, without a newline at its end: `@coze/api` would swallow it. */
export function failure(c: SimulatorContext, simulation: Simulation, error: ApiFailure): Response {
  const { authStatus, flavour, statusMode } = simulation.knobs
  const studio = flavour === 'studio'
  const authentication = error.code === 4100 || error.code === 700012006
  const body: WireFailure = {
    code: studio ? (STUDIO_CODES[error.code] ?? error.code) : error.code,
    msg: error.message,
    detail: { logid: c.get('logId') },
  }
  if (studio) return c.json(body, error.code === 4000 ? 400 : 200)
  if (authentication) return c.json(body, authStatus)
  return c.json(body, statusMode === 'mapped' ? (STATUS_BY_CODE[error.code] ?? 200) : 200)
}

/** @throws ApiFailure 4000 naming the field that is wrong */
export function check<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  throw new ApiFailure(4000, `Invalid request parameters: ${v.getDotPath(issue) ?? 'body'}`)
}

/** The JSON body, or `{}` where there is none. */
export async function readJson(c: Context): Promise<unknown> {
  const text = await c.req.text()
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiFailure(4000, 'The request body is not JSON')
  }
}

/** Body and schema in one. */
export async function readBody<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  return check(schema, await readJson(c))
}

/** Fields that clients spell as numbers, empty strings or nulls now and then. */
export const optionalText = v.optional(
  v.pipe(
    v.nullish(v.union([v.string(), v.number()])),
    v.transform((value) => (value === null || value === undefined || value === '' ? undefined : String(value))),
  ),
)

export const metaData = v.pipe(
  v.optional(v.nullable(v.record(v.string(), v.string())), {}),
  v.transform((pairs) => pairs ?? {}),
)

/** @throws ApiFailure 4003 */
export function checkMetaData(pairs: Record<string, string>): Record<string, string> {
  const entries = Object.entries(pairs)
  const fits = ([key, value]: [string, string]) =>
    key.length >= 1 && key.length <= 64 && value.length >= 1 && value.length <= 512
  if (entries.length > 16 || !entries.every(fits)) throw new ApiFailure(4003)
  return pairs
}
