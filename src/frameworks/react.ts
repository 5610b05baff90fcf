/** `coze-chat-widget/react`: `<CozeChat>` for React 18 and 19. On a server it renders nothing, or its empty place. */
import {
  createElement,
  type DetailedHTMLProps,
  type ForwardRefExoticComponent,
  forwardRef,
  type HTMLAttributes,
  type RefAttributes,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import type { CozeChatAttributes, CozeChatProperties } from '../element/chat-dom-types.ts'
import type { ChatEventMap, ChatEventType, ChatWidget } from '../element/chat-widget.ts'
import type { CozeChatElement } from '../element/coze-chat-element.ts'
import { createChatWidget } from '../index.ts'
import type { ChatWidgetOptions } from '../options/widget-options.ts'
import { createStableOptions, withoutGone } from './stable-options.ts'

/** `onMessage` for the event `message`. */
type Listeners = {
  [Type in ChatEventType as `on${Capitalize<Type>}`]?: ((detail: ChatEventMap[Type]) => void) | undefined
}

export interface CozeChatProps extends ChatWidgetOptions, Listeners {
  /** Of the place that an `inline` chat fills. */
  className?: string | undefined
  style?: Readonly<Record<string, string | number>> | undefined
}

const EVENTS = {
  onReady: 'ready',
  onOpen: 'open',
  onClose: 'close',
  onMessage: 'message',
  onUnread: 'unread',
  onSuggestion: 'suggestion',
  onFeedback: 'feedback',
  onConversation: 'conversation',
  onLink: 'link',
  onHandoff: 'handoff',
  onSession: 'session',
  onToken: 'token',
  onConsent: 'consent',
  onTeaser: 'teaser',
  onError: 'error',
  onDestroy: 'destroy',
} as const satisfies { readonly [Name in keyof Listeners]-?: ChatEventType }

/** A server has no layout, and React warns of effects that wait for one. */
const useClientLayoutEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect

/**
 * A chat. Options and listeners are its props; functions and objects may be written in place. The ref is the chat's handle. An
 * `inline` chat fills the place where it is written, any other one floats above the page.
 *
 * @example
 * const chat = useRef<ChatWidget>(null)
 * <CozeChat ref={chat} botId="7300000000000000001" tokenUrl="/api/coze/token" onMessage={({ role, text }) => log(role, text)} />
 */
export const CozeChat: ForwardRefExoticComponent<CozeChatProps & RefAttributes<ChatWidget>> = forwardRef<
  ChatWidget,
  CozeChatProps
>((props, ref) => {
  const { className, style, ...rest } = props
  const isInline = props.inline === true
  const place = useRef<HTMLDivElement>(null)
  const chat = useRef<ChatWidget>(null)
  const shown = useRef<ChatWidgetOptions>({})
  const listeners = useRef<Listeners>({})
  const [stable] = useState(createStableOptions)
  const options = stable(Object.fromEntries(Object.entries(rest).filter(([name]) => !(name in EVENTS))))

  useClientLayoutEffect(() => {
    listeners.current = props
    if (chat.current === null || shown.current === options) return
    chat.current.setOptions(withoutGone(shown.current, options))
    shown.current = options
  })
  // Another place is another element.
  useClientLayoutEffect(() => {
    const created = createChatWidget(place.current === null ? options : { target: place.current, ...options })
    chat.current = created
    shown.current = options
    for (const [name, type] of Object.entries(EVENTS)) {
      created.on(type, (detail) => {
        const listener = listeners.current[name as keyof typeof EVENTS] as ((detail: unknown) => void) | undefined
        listener?.(detail)
      })
    }
    return () => {
      created.destroy()
      chat.current = null
    }
  }, [isInline])
  useImperativeHandle(ref, () => {
    if (chat.current === null) throw new Error('The chat is not on the page yet.')
    return chat.current
  }, [isInline])
  return isInline ? createElement('div', { ref: place, className, style }) : null
})
CozeChat.displayName = 'CozeChat'

/** What may be written on `<coze-chat>` in JSX. */
export type CozeChatElementProps = DetailedHTMLProps<HTMLAttributes<CozeChatElement>, CozeChatElement> &
  CozeChatAttributes &
  CozeChatProperties

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'coze-chat': CozeChatElementProps
    }
  }
}
