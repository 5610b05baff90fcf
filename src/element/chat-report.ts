/** What the page learns of a chat: its state, its events, and its failures, which its owner also reads in the console. */
import { toCozeChatError } from '../errors.ts'
import { createEmitter, type Emitter } from '../platform/emitter.ts'
import type { AnyChatEvent, ChatEventMap, ChatWidgetState } from './chat-widget.ts'

interface Heard extends ChatEventMap {
  '*': AnyChatEvent
}

export interface ChatReport extends Pick<Emitter<Heard>, 'on' | 'clear'> {
  readonly state: ChatWidgetState
  change(changes: Partial<ChatWidgetState>): void
  /**
   * To listeners of its type or of all (`*`), and as bubbling DOM events of the element, under two names: `coze-chat:<type>`, and
   * `coze-chat-<type>` for templates that cannot write a colon. What stays of it is in the state by then.
   */
  emit: Emitter<ChatEventMap>['emit']
  fail(error: unknown): void
}

export const INITIAL_STATE: ChatWidgetState = {
  open: false,
  unread: 0,
  status: 'idle',
  session: undefined,
  token: undefined,
}

/** @param draw shows the state on the page, after each change */
export function createChatReport(element: HTMLElement, draw: () => void): ChatReport {
  const listeners = createEmitter<Heard>()
  let state = INITIAL_STATE

  function change(changes: Partial<ChatWidgetState>): void {
    state = { ...state, ...changes }
    draw()
  }

  const emit: ChatReport['emit'] = (type, detail) => {
    if (type === 'session' || type === 'token') change({ [type]: detail })
    listeners.emit(type, detail as Heard[typeof type])
    listeners.emit('*', { type, detail } as AnyChatEvent)
    for (const mark of [':', '-']) {
      element.dispatchEvent(new CustomEvent(`coze-chat${mark}${type}`, { detail, bubbles: true, composed: true }))
    }
    // An answer that comes while the chat is closed has not been read.
    if (type === 'message' && (detail as ChatEventMap['message']).role !== 'user' && !state.open) {
      change({ unread: state.unread + 1 })
      emit('unread', { count: state.unread })
    }
  }

  return {
    ...listeners,
    get state() {
      return state
    },
    change,
    emit,
    fail(error) {
      const { code, retryable, message, cause } = toCozeChatError(error)
      console.error(`[coze-chat-widget] ${code}: ${message}`, cause ?? '')
      emit('error', { code, retryable, cause })
    },
  }
}
