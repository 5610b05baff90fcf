/** What the agent says in a turn, piece by piece at the pace of the knobs, and the steps in between. */
import type { WireMessage } from '../../coze/wire/messages.ts'
import { encodeBase64, speechWav } from '../agent/speech-wav.ts'
import type { TurnStep } from '../agent/turn-plan.ts'
import type { SimulatorKnobs } from '../world/knobs.ts'
import { type Simulation, sleep } from '../world/simulation.ts'
import { turnMessage } from '../world/wire-values.ts'
import type { Turn, TurnMessages } from './turn-messages.ts'

/** Ends a turn early; `bare` sends a failure without the chat around it. */
export class TurnEnd extends Error {
  readonly how: 'failed' | 'error' | 'canceled' | 'requires_action' | 'asked'
  readonly code: number
  readonly bare: boolean

  constructor(how: TurnEnd['how'], code = 0, bare = false) {
    super(how)
    this.how = how
    this.code = code
    this.bare = bare
  }
}

/** Performs the steps of a plan one after the other. */
export function createSpeaker(
  simulation: Simulation,
  { chat, plan, sink, token }: Turn,
  messages: TurnMessages,
  knobs: SimulatorKnobs,
) {
  const { clock, store } = simulation
  const delayMs = plan.pieceDelayMs ?? knobs.pieceDelayMs
  let deltas = 0

  const { complete, emit, verbose, functionCall } = messages

  /** After each piece: carries out the knobs that break a stream, and waits. */
  const afterDelta = async () => {
    deltas++
    if (knobs.cut?.afterDeltas === deltas) sink.cut(knobs.cut.how)
    if (knobs.failAfter?.deltas === deltas) {
      const { code, shape } = knobs.failAfter
      throw new TurnEnd(shape === 'error' ? 'error' : 'failed', code, shape === 'bare')
    }
    if (delayMs > 0) await sleep(clock, delayMs)
    if (knobs.cancel === 'stop' && chat.status === 'canceled') throw new TurnEnd('canceled')
  }

  /** Streams `text` into one field of a message. The message holds what was streamed so far, for a cancel in between. */
  const stream = async (
    message: WireMessage,
    field: 'content' | 'reasoning_content',
    text: string,
    cutAt = Number.POSITIVE_INFINITY,
  ) => {
    let streamed = ''
    for (const piece of pieces(text, knobs.pieceLength)) {
      if (streamed.length >= cutAt) sink.cut('reset')
      streamed += piece
      message[field] = streamed
      const other = field === 'content' ? {} : { content: '' }
      const { reasoning_content: _soFar, ...delta } = message
      sink.event('conversation.message.delta', { ...delta, ...other, [field]: piece })
      await afterDelta()
    }
  }

  const answer = async (text: string, reasoning?: string, cutAt?: number) => {
    const message = turnMessage(simulation, chat, 'answer', '')
    chat.speaking = message
    if (reasoning !== undefined) await stream(message, 'reasoning_content', reasoning)
    await stream(message, 'content', text, cutAt)
    chat.speaking = undefined
    chat.outputCount += Math.ceil(text.length / 2)
    complete(message)
  }

  return {
    async perform(step: TurnStep): Promise<void> {
      switch (step.type) {
        case 'answer': {
          const reasoning = step.reasoning ?? (knobs.reasoning ? THINKING[chat.language] : undefined)
          const middle = knobs.multiAnswer ? middleOf(step.text) : 0
          if (middle > 0) await answer(step.text.slice(0, middle), reasoning)
          return answer(step.text.slice(middle), middle > 0 ? undefined : reasoning, step.cutAt)
        }
        case 'card':
          return complete({
            ...turnMessage(simulation, chat, 'answer', JSON.stringify(step.card)),
            content_type: 'card',
          })
        case 'voice': {
          const audio = encodeBase64(speechWav(step.text))
          const message = turnMessage(simulation, chat, 'answer', audio)
          sink.event('conversation.audio.delta', { ...message, content_type: 'audio' })
          return answer(step.text)
        }
        case 'knowledge':
          return verbose(
            'knowledge_recall',
            JSON.stringify({ chunks: [{ slice: step.text, score: 0.92, meta: { document: { name: step.text } } }] }),
          )
        case 'tool':
          functionCall(step.call, step.plugin)
          // A plugin takes about as long as a sentence to stream.
          await sleep(clock, delayMs * 30)
          return emit('tool_response', step.result)
        case 'tool-response':
          return emit('tool_response', step.output)
        case 'page-tools':
          for (const call of step.calls) {
            functionCall(call, 'page')
            chat.toolCalls.push({
              id: `call_${simulation.nextId()}`,
              type: 'function',
              function: { name: call.name, arguments: JSON.stringify(call.arguments) },
            })
          }
          throw new TurnEnd('requires_action')
        case 'ask':
          await answer(step.text)
          throw new TurnEnd('asked')
        case 'fail':
          throw new TurnEnd(step.shape === 'error' ? 'error' : 'failed', step.code, chat.kind === 'chatflow')
        case 'revoke': {
          const known = store.tokens.get(token)
          if (known !== undefined) known.revoked = true
        }
      }
    },
  }
}

const THINKING = {
  zh: '先看看对方到底想知道什么，再挑最有用的信息回答，尽量简短。',
  en: 'First find out what is really being asked, then pick the useful facts and keep it short.',
} as const

/** Where an answer is divided in two: after the last paragraph break of its first half; 0 where there is none. */
function middleOf(text: string): number {
  const at = text.lastIndexOf('\n\n', Math.ceil(text.length / 2))
  return at > 0 ? at + 2 : 0
}

/** Cuts a text into pieces of `length` UTF-16 units, never within a surrogate pair. */
function* pieces(text: string, length: number): Generator<string> {
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + length, text.length)
    const last = text.charCodeAt(to - 1)
    if (last >= 0xd800 && last <= 0xdbff && to < text.length) to++
    yield text.slice(from, to)
    from = to
  }
}
