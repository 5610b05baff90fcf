/** Writes a turn's events as open-source Coze Studio does: other names, other shapes, another end (docs/coze.md 8.3). */
import type { WireChat } from '../../coze/wire/chat.ts'
import type { WireMessage } from '../../coze/wire/messages.ts'
import type { ChatKind } from '../world/store.ts'
import { studioChat, studioStreamMessage } from '../world/studio-values.ts'
import type { EventSink } from './event-stream.ts'

/** Chatflows spell them as agents of Coze do. */
const AGENT_NAMES: Readonly<Record<string, string>> = {
  'conversation.chat.canceled': 'conversation.chat.cancelled',
  'conversation.chat.requires_action': 'conversation.chat.required_action',
}

export function createStudioSink(sink: EventSink, kind: ChatKind): EventSink {
  return {
    ...sink,
    event(name, data) {
      const isAgent = kind === 'agent'
      if (name === 'conversation.chat.failed') fail(data)
      else if (name === 'done' && isAgent) sink.event('conversation.stream.done', undefined)
      else if (name.startsWith('conversation.chat.')) {
        sink.event((isAgent && AGENT_NAMES[name]) || name, studioChat(data as WireChat, kind))
      } else if (name.startsWith('conversation.')) sink.event(name, studioStreamMessage(data as WireMessage, kind))
      else sink.event(name, data)
    },
  }

  /** An `error`, after which nothing comes. Chatflows spell the code as text. */
  function fail(data: unknown): void {
    const { last_error: error = data } = data as Partial<WireChat>
    const { code, msg } = error as { code: number; msg: string }
    sink.event('error', { code: kind === 'agent' ? Number(code) : String(code), msg })
    sink.end()
  }
}
