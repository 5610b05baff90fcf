/**
 * The chat's events: for listeners of the handle, of one type or of all (`*`), and as bubbling DOM events of the element, under two names: `coze-chat:<type>`, and
 * `coze-chat-<type>` for templates that cannot write a colon.
 */
import { createEmitter, type Emitter } from '../platform/emitter.ts'
import type { AnyChatEvent, ChatEventMap } from './chat-widget.ts'

interface Heard extends ChatEventMap {
  '*': AnyChatEvent
}

export interface ChatEvents extends Pick<Emitter<Heard>, 'on' | 'clear'> {
  emit: Emitter<ChatEventMap>['emit']
}

export function createChatEvents(element: HTMLElement): ChatEvents {
  const { on, emit, clear } = createEmitter<Heard>()
  return {
    on,
    emit(type, detail) {
      emit(type, detail as Heard[typeof type])
      emit('*', { type, detail } as AnyChatEvent)
      for (const mark of ':-') {
        element.dispatchEvent(new CustomEvent(`coze-chat${mark}${type}`, { detail, bubbles: true, composed: true }))
      }
    },
    clear,
  }
}
