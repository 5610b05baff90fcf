/** `/v1/audio`: transcriptions, speech, voices and rooms (docs/coze.md 4.7). */
import type { Hono } from 'hono'
import * as v from 'valibot'
import { speechWav } from '../agent/speech-wav.ts'
import { createSecret } from '../world/ids.ts'
import { type Language, preferredLanguage } from '../world/language.ts'
import type { Simulation } from '../world/simulation.ts'
import { authorize } from './call/authorize.ts'
import type { SimulatorEnv } from './call/context.ts'
import { ApiFailure, dataReply } from './call/envelope.ts'
import { optionalText, readBody, readFile } from './call/request-body.ts'

const MAX_RECORDING_BYTES = 10 * 1024 * 1024
const MAX_INPUT_BYTES = 1024
const DEFAULT_SAMPLE_RATE = 24_000

/** What recordings are transcribed as; the size of a recording chooses one, so that the same bytes give the same words. */
const TRANSCRIPTIONS: Record<Language, [string, ...string[]]> = {
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
  // The spelling of the vendor's Chat SDK.
  sampling_rate: sampleRate,
})

export function addAudio(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  app.post('/v1/audio/transcriptions', async (c) => {
    authorize(c, simulation, 'createTranscription')
    const file = await readFile(c, MAX_RECORDING_BYTES)
    const phrases = TRANSCRIPTIONS[preferredLanguage(c.req.header('accept-language'))]
    return dataReply(c, { text: phrases[file.size % phrases.length] ?? phrases[0] })
  })

  app.post('/v1/audio/speech', async (c) => {
    authorize(c, simulation, 'createSpeech')
    const body = await readBody(c, speechSchema)
    // WAV whatever format was asked for: players look at the bytes, and WAV needs no encoder.
    const wav = speechWav(body.input, body.sample_rate ?? body.sampling_rate ?? DEFAULT_SAMPLE_RATE)
    return c.body(wav, 200, { 'content-type': 'audio/wav' })
  })

  app.get('/v1/audio/voices', (c) => {
    authorize(c, simulation, 'listVoice')
    return dataReply(c, { has_more: false, voice_list: VOICES })
  })

  app.post('/v1/audio/rooms', async (c) => {
    authorize(c, simulation, 'createRoom')
    const body = await readBody(c, v.object({ bot_id: v.string(), uid: optionalText }))
    if (!simulation.bots.has(body.bot_id)) throw new ApiFailure('invalidBot')
    return dataReply(c, {
      room_id: simulation.nextId(),
      app_id: simulation.nextId(),
      token: createSecret('rtc_'),
      uid: body.uid ?? simulation.nextId(),
    })
  })
}
