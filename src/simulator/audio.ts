/** `/v1/audio`: a transcription, a voice, a list of voices. */
import type { Hono } from 'hono'
import * as v from 'valibot'
import { authorize } from './authorize.ts'
import { onlyFile } from './files.ts'
import { createSecret } from './ids.ts'
import { type Language, preferredLanguage } from './language.ts'
import { ApiFailure, ok, optionalText, readBody } from './replies.ts'
import type { Simulation, SimulatorContext, SimulatorEnv } from './simulation.ts'
import { speechWav } from './speech-wav.ts'

const MAX_RECORDING_BYTES = 10 * 1024 * 1024
const MAX_INPUT_BYTES = 1024
const DEFAULT_SAMPLE_RATE = 24_000

/** What a recording is heard as: the same bytes always give the same words. */
const HEARD: Record<Language, [string, ...string[]]> = {
  zh: ['请问你们几点开门？', '推荐一款适合手冲的豆子。', '怎么退换货？'],
  en: ['When do you open?', 'Which beans suit a pour-over?', 'How do returns work?'],
}

const VOICES = [
  {
    voice_id: '7426720361733046281',
    name: '温暖阿虎',
    language_code: 'zh',
    language_name: '中文',
    is_system_voice: true,
    preview_text: '你好，欢迎光临。',
  },
  {
    voice_id: '7426725529589661723',
    name: 'Skye',
    language_code: 'en',
    language_name: 'English',
    is_system_voice: true,
    preview_text: 'Hello and welcome.',
  },
]

const sampleRate = v.optional(v.pipe(v.number(), v.integer(), v.minValue(8000), v.maxValue(48_000)))

const speechSchema = v.object({
  input: v.pipe(v.string(), v.nonEmpty(), v.maxBytes(MAX_INPUT_BYTES)),
  voice_id: v.pipe(v.string(), v.nonEmpty()),
  response_format: v.optional(v.picklist(['mp3', 'wav', 'pcm', 'ogg_opus']), 'mp3'),
  speed: v.optional(v.pipe(v.number(), v.minValue(0.2), v.maxValue(3)), 1),
  sample_rate: sampleRate,
  // The vendor's Chat SDK spells it so.
  sampling_rate: sampleRate,
})

export function addAudio(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  const cloudOnly = (handler: (c: SimulatorContext) => Promise<Response> | Response) => (c: SimulatorContext) =>
    simulation.knobs.flavour === 'studio' ? c.notFound() : handler(c)

  app.post(
    '/v1/audio/transcriptions',
    cloudOnly(async (c) => {
      authorize(c, simulation, 'createTranscription')
      const file = await onlyFile(c, MAX_RECORDING_BYTES)
      const phrases = HEARD[preferredLanguage(c.req.header('accept-language'))]
      return ok(c, { text: phrases[file.size % phrases.length] ?? phrases[0] })
    }),
  )

  app.post(
    '/v1/audio/speech',
    cloudOnly(async (c) => {
      authorize(c, simulation, 'createSpeech')
      const body = await readBody(c, speechSchema)
      // WAV whatever was asked for: players look at the bytes, and no encoder is needed here.
      const wav = speechWav(body.input, body.sample_rate ?? body.sampling_rate ?? DEFAULT_SAMPLE_RATE)
      return c.body(wav, 200, { 'content-type': 'audio/wav' })
    }),
  )

  app.get(
    '/v1/audio/voices',
    cloudOnly((c) => {
      authorize(c, simulation, 'listVoice')
      return ok(c, { has_more: false, voice_list: VOICES })
    }),
  )

  app.post(
    '/v1/audio/rooms',
    cloudOnly(async (c) => {
      authorize(c, simulation, 'createRoom')
      const body = await readBody(c, v.object({ bot_id: v.string(), uid: optionalText }))
      if (!simulation.bots.has(body.bot_id)) throw new ApiFailure(4006)
      return ok(c, {
        room_id: simulation.nextId(),
        app_id: simulation.nextId(),
        token: createSecret('rtc_'),
        uid: body.uid ?? simulation.nextId(),
      })
    }),
  )
}
