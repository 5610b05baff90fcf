/** Which values a field of a body may have. A field of one name means the same in every request of Coze's. */
import * as v from 'valibot'
import { isJsonObject, writeJson } from '../lossless-json.ts'

/** Of one map, as JSON: more than any form of a chatflow holds. */
const MAX_MAP_LENGTH = 65_536

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength))
/** A `record` of valibot's takes a list for an object. */
const object = v.custom<Record<string, unknown>>(isJsonObject)
/** Any JSON, of a bounded size. */
const map = v.pipe(
  object,
  v.record(text(256), v.unknown()),
  v.check((value) => writeJson(value).length <= MAX_MAP_LENGTH),
)
const mapOfTexts = ({ entries, key, value }: { entries: number; key: number; value: number }) =>
  v.pipe(object, v.record(v.pipe(text(key), v.minLength(1)), text(value)), v.maxEntries(entries))
const quantity = v.pipe(v.number(), v.minValue(-100_000), v.maxValue(100_000))
const coordinate = v.optional(v.union([text(32), quantity]))
/** Checked by `ids.ts`, which has a code for each. */
const id = v.unknown()
/** Checked and rebuilt by `sent-content.ts`. */
const messages = v.pipe(v.array(v.unknown()), v.maxLength(16))

/** https://www.coze.cn/docs/developer_guides/chat_v3 : at most 16 pairs. */
export const META_DATA = mapOfTexts({ entries: 16, key: 64, value: 512 })

export const FIELD_VALUES = {
  bot_id: id,
  app_id: id,
  workflow_id: id,
  conversation_id: id,
  chat_id: id,
  before_id: id,
  after_id: id,
  additional_messages: messages,
  messages,
  stream: v.boolean(),
  enable_card: v.boolean(),
  get_or_create: v.boolean(),
  include_middle_message: v.boolean(),
  order: v.picklist(['asc', 'desc']),
  limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50)),
  name: text(200),
  conversation_name: text(200),
  meta_data: META_DATA,
  custom_variables: mapOfTexts({ entries: 64, key: 64, value: 4_096 }),
  extra_params: v.object({ latitude: coordinate, longitude: coordinate }),
  parameters: map,
  shortcut_command: v.object({ command_id: text(64), parameters: v.optional(map) }),
  tool_outputs: v.pipe(v.array(v.object({ tool_call_id: text(128), output: text(65_536) })), v.maxLength(32)),
  feedback_type: v.picklist(['like', 'unlike']),
  reason_types: v.pipe(v.array(text(100)), v.maxLength(10)),
  comment: text(1_000),
  input: text(8_192),
  voice_id: v.pipe(v.string(), v.regex(/^\d{1,24}$/)),
  response_format: v.picklist(['mp3', 'wav', 'pcm', 'ogg_opus']),
  speed: quantity,
  sample_rate: quantity,
  sampling_rate: quantity,
  loudness_rate: quantity,
  emotion: v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/)),
  emotion_scale: quantity,
} as const satisfies Record<string, v.GenericSchema>

export type BodyField = keyof typeof FIELD_VALUES
