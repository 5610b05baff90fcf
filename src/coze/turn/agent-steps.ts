/** What the agent did on the way to its answer: tools it called, knowledge it recalled. https://www.coze.cn/docs/developer_guides/message_type */
import type { AgentStep } from '../../chat/chat-state.ts'
import type { TurnEvent } from '../../chat/chat-transport.ts'
import { parseObject, textOf, type Uncertain } from '../parse-object.ts'
import type { WireFunctionCall, WireMessage, WireVerbose } from '../wire/messages.ts'
import type { CardReader } from './cards.ts'
import { readContent } from './message-content.ts'
import type { TurnMemory } from './turn-memory.ts'

/** `finish_reason` of an answer that a chatflow's question node ended. */
const ENDED_BY_QUESTION = 1

/** @returns undefined for a message that is no step */
export function readStep(
  message: Uncertain<WireMessage>,
  memory: TurnMemory,
  cards: CardReader,
): TurnEvent | undefined {
  const { id = '' } = message
  const content = textOf(message.content)
  switch (message.type) {
    case 'function_call': {
      const step = readCall(id, content)
      memory.runningSteps.push(step)
      return { type: 'step', step }
    }
    // `tool_output` is the older name.
    case 'tool_response':
    case 'tool_output': {
      const call = memory.runningSteps.shift() ?? finishedStep(id, 'tool')
      return { type: 'step', step: { ...call, output: readContent(message, cards).text, status: 'done' } }
    }
    case 'knowledge':
      return { type: 'step', step: { ...finishedStep(id, 'knowledge'), output: content } }
    case 'verbose':
      return readVerbose(id, parseObject<WireVerbose>(content), memory)
  }
  return undefined
}

function readCall(id: string, content: string): AgentStep {
  const call = parseObject<WireFunctionCall>(content)
  return {
    id,
    kind: 'tool',
    title: textOf(call?.plugin_name) || textOf(call?.plugin) || textOf(call?.name),
    input: call?.arguments === undefined ? content : JSON.stringify(call.arguments),
    output: undefined,
    status: 'running',
  }
}

function readVerbose(id: string, verbose: Uncertain<WireVerbose> = {}, memory: TurnMemory): TurnEvent {
  const { msg_type: name = 'message.completed' } = verbose
  const data = textOf(verbose.data)
  if (name === 'knowledge_recall') return { type: 'step', step: { ...finishedStep(id, 'knowledge'), output: data } }
  const finished = name === 'generate_answer_finish' ? parseObject<{ finish_reason: number }>(data) : undefined
  if (name === 'interrupt' || finished?.finish_reason === ENDED_BY_QUESTION) memory.waitsForVisitor = true
  return { type: 'other', name }
}

function finishedStep(id: string, kind: AgentStep['kind']): AgentStep {
  return { id, kind, title: '', input: undefined, output: undefined, status: 'done' }
}
