/** Carries out the agent's plan for one turn: its events in the vendor's order (docs/coze.md 5.4), at the pace of the knobs. */
import type { WireFunctionCall, WireMessage, WireVerbose } from '../../coze/wire/messages.ts'
import { encodeBase64, speechWav } from '../agent/speech-wav.ts'
import type { ToolCallPlan, TurnPlan, TurnStep } from '../agent/turn-plan.ts'
import { failureText } from '../world/failure-texts.ts'
import type { SimulatorKnobs } from '../world/knobs.ts'
import { type Simulation, sleep } from '../world/simulation.ts'
import type { Chat } from '../world/store.ts'
import { turnMessage, wireChat } from '../world/wire-values.ts'
import type { EventSink } from './event-stream.ts'

export interface Turn {
  chat: Chat
  plan: TurnPlan
  /** Access token of the call, for a plan that revokes it. */
  token: string
  sink: EventSink
}

/** Ends a turn early; `bare` sends a failure without the chat around it. */
class TurnEnd extends Error {
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

/** Resolves when the turn is over, whether or not its client still reads. */
export async function runTurn(simulation: Simulation, turn: Turn): Promise<void> {
  const { chat, sink, plan } = turn
  // A turn keeps the knobs that it began with.
  const knobs = simulation.knobs
  const speaker = createSpeaker(simulation, turn, knobs)
  const finish = (status: Chat['status']) => {
    if (chat.conversation.running === chat) chat.conversation.running = undefined
    if (chat.status === 'canceled' && !outlivesCancel(knobs)) return
    chat.status = status
    if (status === 'completed') chat.completedAt = simulation.nowSeconds()
    if (status === 'failed') chat.failedAt = simulation.nowSeconds()
  }

  await sleep(simulation.clock, plan.firstByteDelayMs ?? knobs.firstByteDelayMs)
  sink.event('conversation.chat.created', wireChat(chat, 'created'))
  if (chat.status !== 'canceled') chat.status = 'in_progress'
  sink.event('conversation.chat.in_progress', wireChat(chat, 'in_progress'))
  try {
    for (const step of plan.steps) await speaker.perform(step)
    speaker.finishAnswers(0)
    for (const text of knobs.followUps ? plan.followUps : [])
      speaker.complete(turnMessage(simulation, chat, 'follow_up', text))
    finish('completed')
    sink.event('conversation.chat.completed', wireChat(chat, 'completed'))
    endStream(turn, knobs)
  } catch (end) {
    if (!(end instanceof TurnEnd)) throw end
    const error = { code: end.code, msg: failureText(end.code) }
    const wireError = { ...error, code: knobs.stringCodes ? String(end.code) : end.code }
    switch (end.how) {
      case 'failed':
        chat.lastError = error
        finish('failed')
        sink.event(
          'conversation.chat.failed',
          end.bare ? wireError : { ...wireChat(chat, 'failed'), last_error: wireError },
        )
        if (knobs.doneAfterFailure) endStream(turn, knobs)
        else sink.end()
        break
      case 'error':
        chat.lastError = error
        finish('failed')
        sink.event('error', wireError)
        sink.end()
        break
      case 'requires_action':
        finish('requires_action')
        sink.event('conversation.chat.requires_action', wireChat(chat, 'requires_action'))
        endStream(turn, knobs)
        break
      case 'asked':
        // A question node of a chatflow ends the stream without `chat.completed`.
        speaker.verbose('interrupt', '')
        speaker.finishAnswers(1)
        chat.conversation.asked = true
        finish('completed')
        endStream(turn, knobs)
        break
      case 'canceled':
        finish('canceled')
        sink.event('conversation.chat.canceled', wireChat(chat, 'canceled'))
        endStream(turn, knobs)
    }
  }
}

/** Studio's turn does not look at what `cancel` has written, and overwrites it at its end. */
function outlivesCancel({ flavour, cancel }: SimulatorKnobs): boolean {
  return flavour === 'studio' && cancel === 'status'
}

function endStream({ sink, chat }: Turn, knobs: SimulatorKnobs): void {
  const { kind } = chat
  const send = () => {
    if (kind === 'agent') sink.event('done', '[DONE]')
    else {
      const query = `execute_id=${chat.id}&space_id=${chat.conversation.uid}&workflow_id=${chat.botId}`
      sink.event('done', { debug_url: `https://www.coze.cn/work_flow?${query}` })
    }
  }
  if (knobs.done !== 'missing') send()
  if (knobs.done === 'twice') send()
  sink.end()
}

function createSpeaker(simulation: Simulation, { chat, plan, sink, token }: Turn, knobs: SimulatorKnobs) {
  const { clock, store } = simulation
  const delayMs = plan.pieceDelayMs ?? knobs.pieceDelayMs
  let deltas = 0

  const save = (message: WireMessage) => {
    if (chat.status === 'canceled' && !outlivesCancel(knobs)) return
    chat.messages.push(message)
    if (chat.saves) store.addMessage(chat.conversation, message)
  }
  const complete = (message: WireMessage) => {
    save(message)
    sink.event('conversation.message.completed', message)
  }
  const emit = (type: WireMessage['type'], content: string) => complete(turnMessage(simulation, chat, type, content))
  const verbose = (type: string, data: string) => {
    const content: WireVerbose = { msg_type: type, data, from_module: null, from_unit: null }
    const message = turnMessage(simulation, chat, 'verbose', JSON.stringify(content))
    complete({ ...message, updated_at: simulation.nowSeconds() })
  }

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

  const functionCall = (call: ToolCallPlan, plugin: string) => {
    const content: WireFunctionCall = {
      name: call.name,
      arguments: call.arguments,
      plugin_id: '7600000000000000001',
      plugin_name: plugin,
      plugin,
      api_id: '7600000000000000101',
      api_name: call.name,
      plugin_type: 1,
    }
    emit('function_call', JSON.stringify(content))
  }

  return {
    complete,
    verbose,
    finishAnswers(reason: 0 | 1) {
      verbose('generate_answer_finish', JSON.stringify({ finish_reason: reason, FinData: '' }))
    },
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
