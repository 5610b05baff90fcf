/** Carries out the agent's plan for one turn: its events in the vendor's order (docs/coze.md 5.4), at the pace of the knobs. */
import { failureText } from '../world/failure-texts.ts'
import type { SimulatorKnobs } from '../world/knobs.ts'
import { type Simulation, sleep } from '../world/simulation.ts'
import type { Chat } from '../world/store.ts'
import { turnMessage, wireChat } from '../world/wire-values.ts'
import { createSpeaker, TurnEnd } from './speaker.ts'
import { createTurnMessages, outlivesCancel, type Turn } from './turn-messages.ts'

/** Resolves when the turn is over, whether or not its client still reads. */
export async function runTurn(simulation: Simulation, turn: Turn): Promise<void> {
  const { chat, sink, plan } = turn
  // A turn keeps the knobs that it began with.
  const knobs = simulation.knobs
  const messages = createTurnMessages(simulation, turn, knobs)
  const speaker = createSpeaker(simulation, turn, messages, knobs)
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
    messages.finishAnswers(0)
    for (const text of knobs.followUps ? plan.followUps : [])
      messages.complete(turnMessage(simulation, chat, 'follow_up', text))
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
        messages.verbose('interrupt', '')
        messages.finishAnswers(1)
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
