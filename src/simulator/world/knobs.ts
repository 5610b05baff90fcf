/** Everything a test or a demo can change about the simulated Coze while it runs. */
import * as v from 'valibot'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const seconds = v.number()

const knobsSchema = v.strictObject({
  /** `studio` is the open-source server: personal tokens only, no sessions, its own event names and codes. */
  flavour: v.optional(v.picklist(['coze', 'studio']), 'coze'),

  // Tokens and authentication
  /** Life of access tokens in seconds, whatever was asked for; null: as asked. */
  tokenSeconds: v.optional(v.nullable(count), null),
  /** Return `expires_in` as a duration instead of Unix seconds. */
  expiresInAsDuration: v.optional(v.boolean(), false),
  /** How far the vendor's clock is ahead of ours. */
  clockOffsetSeconds: v.optional(seconds, 0),
  /** Let a token do everything its app may, whatever scope was asked for. */
  ignoreScope: v.optional(v.boolean(), false),
  /** Permissions the OAuth app was not granted (names of docs/coze.md 1.6); calls that need one fail with 4101. */
  deniedPermissions: v.optional(v.array(v.string()), []),
  /** Refuse every exchange with this error. */
  oauthError: v.optional(
    v.nullable(v.picklist(['invalid_request', 'invalid_client', 'access_deny', 'internal_error'])),
    null,
  ),
  /** HTTP status of authentication failures. */
  authStatus: v.optional(v.picklist([401, 200]), 401),
  /** Body code of authentication failures. */
  expiredCode: v.optional(v.picklist([4100, 700_012_006]), 4100),

  // Every call
  /** Milliseconds to wait before any reply. */
  latencyMs: v.optional(count, 0),
  /** The next calls fail: `code` as the vendor's JSON, `status` as a bare HTTP error, both as JSON with that status. */
  failNext: v.optional(
    v.nullable(
      v.strictObject({
        times: count,
        code: v.optional(v.number()),
        status: v.optional(v.number()),
        /** Only calls whose path begins like this; all of `/v1` and `/v3` without it. */
        path: v.optional(v.string()),
        retryAfterSeconds: v.optional(count),
      }),
    ),
    null,
  ),
  /** `mapped`: business errors also set a fitting HTTP status, instead of 200. */
  statusMode: v.optional(v.picklist(['plain', 'mapped']), 'plain'),
  /** Code for another session's conversation, chat or message; null: by the kind of call (docs/coze.md 6.3). */
  foreignCode: v.optional(v.nullable(v.picklist([4001, 4002, 4101, 4200])), null),
  /** Refuse chat calls without a `session_name` in the body, as the isolation guide believes Coze does. */
  requireSessionNameInBody: v.optional(v.boolean(), false),
  /** Refuse a message that is only a picture or a file, as the documentation says; Coze's own clients send such messages. */
  pictureNeedsText: v.optional(v.boolean(), false),
  /** Spell the opening message `Prologue` and `SuggestedQuestions`. */
  pascalCaseOnboarding: v.optional(v.boolean(), false),

  // The stream
  /** Pause after each piece of an answer, in milliseconds. */
  pieceDelayMs: v.optional(count, 0),
  /** Length of a piece in UTF-16 units. */
  pieceLength: v.optional(v.pipe(count, v.minValue(1)), 4),
  /** Pause between the response head and the first event, in milliseconds. */
  firstByteDelayMs: v.optional(count, 0),
  /** Space after `event:` and `data:`; `auto`: none for agents, one for chatflows. */
  fieldSpace: v.optional(v.picklist(['auto', 'none', 'one']), 'auto'),
  lineEnd: v.optional(v.picklist(['\n', '\r\n']), '\n'),
  /** Cut the bytes into chunks of this size; 0: a chunk per event. */
  chunkBytes: v.optional(count, 0),
  /** Send comment lines between events. */
  comments: v.optional(v.boolean(), false),
  /** Send events of an unknown name between the others. */
  unknownEvents: v.optional(v.boolean(), false),
  /** Send each event twice. */
  duplicateEvents: v.optional(v.boolean(), false),
  /** Lose the connection after so many deltas; the agent finishes and saves its answer all the same. */
  cut: v.optional(
    v.nullable(
      v.strictObject({
        afterDeltas: count,
        /** `reset` breaks the socket, `close` ends it cleanly, `half-event` ends it inside a line, `hang` goes silent. */
        how: v.optional(v.picklist(['reset', 'close', 'half-event', 'hang']), 'reset'),
      }),
    ),
    null,
  ),
  /** Fail after so many deltas: `chat` and `bare` are the two shapes of `chat.failed`, `error` the event of that name. */
  failAfter: v.optional(
    v.nullable(
      v.strictObject({
        deltas: count,
        code: v.optional(v.number(), 5000),
        shape: v.optional(v.picklist(['chat', 'bare', 'error']), 'chat'),
      }),
    ),
    null,
  ),
  /** Spell the codes of failures inside a stream as strings, as chatflows do. */
  stringCodes: v.optional(v.boolean(), false),
  /** How often the event that ends a stream is sent. */
  done: v.optional(v.picklist(['once', 'missing', 'twice']), 'once'),
  /** Send `done` after `chat.failed` too. */
  doneAfterFailure: v.optional(v.boolean(), true),
  /** `status`: cancelling changes the status only and the stream flows on; `stop`: it ends the stream at once. */
  cancel: v.optional(v.picklist(['status', 'stop']), 'status'),

  // The agent
  /** Think aloud before every answer. */
  reasoning: v.optional(v.boolean(), false),
  /** Give every answer in two messages. */
  multiAnswer: v.optional(v.boolean(), false),
  /** Suggest three questions after an answer. */
  followUps: v.optional(v.boolean(), true),
  /** Answer every question as if it were this command, e.g. `/card`. */
  command: v.optional(v.nullable(v.pipe(v.string(), v.startsWith('/'))), null),
})

export type SimulatorKnobs = v.InferOutput<typeof knobsSchema>
/** Some knobs, e.g. from a test; what is left out stays as it is. */
export type SimulatorKnobsInput = v.InferInput<typeof knobsSchema>

export function defaultKnobs(): SimulatorKnobs {
  return v.parse(knobsSchema, {})
}

/**
 * @returns `current` with `changes` applied
 * @throws TypeError naming the knob whose name or value is wrong
 */
export function changeKnobs(current: SimulatorKnobs, changes: unknown): SimulatorKnobs {
  if (Array.isArray(changes))
    throw new TypeError('Simulator knobs must be an object of names and values, such as { tokenSeconds: 20 }.')
  const result = v.safeParse(knobsSchema, { ...current, ...v.parse(v.record(v.string(), v.unknown()), changes ?? {}) })
  if (result.success) return result.output
  const [issue] = result.issues
  throw new TypeError(`Simulator knob ${v.getDotPath(issue) ?? ''}: ${issue.message}`)
}
