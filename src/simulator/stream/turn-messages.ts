/** What a turn brings beside the pieces of an answer: each message whole, kept and told. */
import type { WireFunctionCall, WireMessage, WireVerbose } from '../../coze/wire/messages.ts'
import type { ToolCallPlan, TurnPlan } from '../agent/turn-plan.ts'
import type { SimulatorKnobs } from '../world/knobs.ts'
import type { Simulation } from '../world/simulation.ts'
import type { Chat } from '../world/store.ts'
import { turnMessage } from '../world/wire-values.ts'
import type { EventSink } from './event-stream.ts'

/** One turn under way. */
export interface Turn {
  chat: Chat
  plan: TurnPlan
  /** Access token of the call, for a plan that revokes it. */
  token: string
  sink: EventSink
}

export interface TurnMessages {
  complete(message: WireMessage): void
  emit(type: WireMessage['type'], content: string): void
  verbose(type: string, data: string): void
  functionCall(call: ToolCallPlan, plugin: string): void
  /** @param reason 1: a question of the chatflow's is open */
  finishAnswers(reason: 0 | 1): void
}

/** Studio's turn does not look at what `cancel` has written, and overwrites it at its end. */
export function outlivesCancel({ flavour, cancel }: SimulatorKnobs): boolean {
  return flavour === 'studio' && cancel === 'status'
}

export function createTurnMessages(simulation: Simulation, { chat, sink }: Turn, knobs: SimulatorKnobs): TurnMessages {
  const save = (message: WireMessage) => {
    if (chat.status === 'canceled' && !outlivesCancel(knobs)) return
    chat.messages.push(message)
    if (chat.saves) simulation.store.addMessage(chat.conversation, message)
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
  return {
    complete,
    emit,
    verbose,
    functionCall(call, plugin) {
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
    },
    finishAnswers(reason) {
      verbose('generate_answer_finish', JSON.stringify({ finish_reason: reason, FinData: '' }))
    },
  }
}
