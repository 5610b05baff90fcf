/**
 * The agents' profiles, for the answers of the token endpoint: a browser that is given one need not ask for it.
 * What Coze has of an agent also holds its system prompt, model and plugins. Only what `ProfileSchema` names is kept.
 */
import { LRUCache } from 'lru-cache'
import * as v from 'valibot'
import type { Clock } from '../../platform/clock.ts'
import { type CozeLanguage, cozeLanguage } from '../../protocol/coze-language.ts'
import type { GivenAgent } from '../../protocol/token-endpoint.ts'
import { readText } from '../http/body.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import { withTimeout } from '../resilience/with-timeout.ts'

export interface AgentProfiles {
  /**
   * The profile of an agent, if it is known and not too old. Never waits and never throws: one that is missing or due is
   * read behind the response, for those who come later.
   * @param id as the browser names it; anything that is not one of the owner's targets has no profile
   * @param request the browser's, for its language and so that an edge runtime stays alive
   * @param accessToken Coze's token to read with
   */
  of(id: string, request: ServiceRequest, accessToken: () => Promise<string>): GivenAgent | undefined
}

export interface AgentProfilesOptions {
  /** What visitors may talk to: ids of agents, or chatflows. */
  targets: readonly (string | { readonly workflowId: string })[]
  /** Address of Coze's API, without a slash at its end. */
  apiBase: string
  /** Channel in which the chatflows are published. */
  connectorId: string
  fetch: typeof globalThis.fetch
  clock: Clock
}

/** A profile of this age is read again, and handed out meanwhile. */
const DUE_MS = 60_000
/** An owner who changes a greeting sees it after this time at the latest. */
const MAX_AGE_MS = 600_000
/** After a read that failed. */
const PAUSE_MS = 30_000
const READ_LIMIT_MS = 8_000
/** Of what Coze sends, prompt and plugins included. */
const MAX_READ_BYTES = 1_048_576
/** Of what is kept: a longer one would make every token answer heavy. */
const MAX_PROFILE_CHARACTERS = 8_192
const MAX_ENTRIES = 200

const text = v.nullish(v.string())
const texts = v.nullish(v.array(v.string()))

const picture = v.nullish(v.object({ image_url: text }))
const backgrounds = v.nullish(v.object({ web_background_image: picture, mobile_background_image: picture }))

/** The fields of a profile that the light chat reads (`coze/calls/agent.ts`). An object of these schemas has no others. */
const BotSchema = v.object({
  bot_id: v.string(),
  name: v.string(),
  description: text,
  icon_url: text,
  onboarding_info: v.nullish(
    v.object({ prologue: text, suggested_questions: texts, Prologue: text, SuggestedQuestions: texts }),
  ),
  shortcut_commands: v.nullish(
    v.array(
      v.object({ id: v.string(), name: v.string(), command: v.string(), description: text, query_template: text }),
    ),
  ),
  media_config: v.nullish(v.object({ is_voice_call_closed: v.nullish(v.boolean()) })),
  voice_info_list: v.nullish(v.array(v.object({ voice_id: v.string() }))),
  background_image_info: backgrounds,
})

/** The same of a chatflow (`coze/calls/chatflow.ts`). */
const WorkflowSchema = v.object({
  role: v.nullish(
    v.object({
      name: text,
      description: text,
      avatar: v.nullish(v.object({ image_url: text })),
      onboarding_info: v.nullish(v.object({ prologue: text, suggested_questions: texts })),
      audio_config: v.nullish(
        v.object({ voice_config_map: v.nullish(v.record(v.string(), v.object({ voice_id: v.string() }))) }),
      ),
      background_image_info: backgrounds,
      user_input_config: v.nullish(v.object({ default_input_mode: v.nullish(v.number()) })),
    }),
  ),
  workflow_detail: v.nullish(v.object({ workflow_name: text, description: text, icon_url: text })),
})

interface Entry {
  /** Undefined after reads that failed. */
  given: GivenAgent | undefined
  /** When `given` was read, by the monotonic clock. */
  readAtMs: number
  /** No other read begins before. */
  nextReadAtMs: number
}

export function createAgentProfiles(options: AgentProfilesOptions): AgentProfiles {
  const { apiBase, connectorId, fetch, clock } = options
  const agents = new Set(options.targets.filter((target) => typeof target === 'string'))
  const chatflows = new Set(options.targets.flatMap((target) => (typeof target === 'string' ? [] : target.workflowId)))
  const entries = new LRUCache<string, Entry>({ max: MAX_ENTRIES })

  /** @throws whatever goes wrong */
  async function read(id: string, language: CozeLanguage, accessToken: string): Promise<GivenAgent> {
    const path = agents.has(id)
      ? `/v1/bots/${encodeURIComponent(id)}?is_published=true`
      : `/v1/workflows/${encodeURIComponent(id)}?connector_id=${connectorId}&is_debug=false`
    const response = await withTimeout(READ_LIMIT_MS, clock, (signal) =>
      fetch(apiBase + path, {
        headers: { authorization: `Bearer ${accessToken}`, 'accept-language': language },
        // Redirects are not followed, because one could lead into the owner's network (T16).
        redirect: 'manual',
        signal,
      }),
    )
    const body = await readText(response.body, { maxBytes: MAX_READ_BYTES, timeoutMs: READ_LIMIT_MS, clock })
    const { code, data } = JSON.parse('text' in body ? body.text : '')
    if (!response.ok || Number(code) !== 0) throw new Error('Coze has refused to show a profile.')
    const profile = agents.has(id) ? v.parse(BotSchema, data) : v.parse(WorkflowSchema, data)
    if (JSON.stringify(profile).length > MAX_PROFILE_CHARACTERS) throw new Error('The profile is too long.')
    return { id, profile: withoutNull(profile) }
  }

  async function refresh(id: string, language: CozeLanguage, entry: Entry, accessToken: () => Promise<string>) {
    const token = await accessToken()
    entry.given = await read(id, language, token)
    entry.readAtMs = clock.monotonic()
    entry.nextReadAtMs = entry.readAtMs + DUE_MS
  }

  return {
    of(id, request, accessToken) {
      if (!agents.has(id) && !chatflows.has(id)) return undefined
      const language = cozeLanguage(request.header('accept-language'))
      const key = `${id} ${language}`
      const now = clock.monotonic()
      const entry = entries.get(key) ?? { given: undefined, readAtMs: now, nextReadAtMs: now }
      if (now >= entry.nextReadAtMs) {
        // Until this read has ended, nobody else begins one.
        entry.nextReadAtMs = now + PAUSE_MS
        entries.set(key, entry)
        request.waitUntil(refresh(id, language, entry, accessToken).catch(() => {}))
      }
      return now - entry.readAtMs <= MAX_AGE_MS ? entry.given : undefined
    },
  }
}

/** `null` stands for "not there" in what Coze sends; in what browsers read, absence does. */
function withoutNull<T extends object>(value: T): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(value), (_name, held: unknown) => held ?? undefined)
}
