/** `coze-chat-widget/vue`: `<CozeChat>` for Vue 3. On a server it renders nothing, or its empty place. */
import {
  type DefineComponent,
  defineComponent,
  h,
  onBeforeUnmount,
  onMounted,
  type PropType,
  shallowRef,
  watch,
} from 'vue'
import type { ChatEventMap, ChatEventType, ChatWidget } from '../element/chat-widget.ts'
import { createChatWidget } from '../index.ts'
import { OPTION_RULES } from '../options/option-rules.ts'
import type { OptionName } from '../options/option-table.ts'
import type { ChatWidgetOptions } from '../options/widget-options.ts'
import { createStableOptions, withoutGone } from './stable-options.ts'

const TYPES: Readonly<Record<ChatEventType, true>> = {
  ready: true,
  open: true,
  close: true,
  message: true,
  unread: true,
  suggestion: true,
  feedback: true,
  conversation: true,
  link: true,
  handoff: true,
  session: true,
  token: true,
  consent: true,
  teaser: true,
  error: true,
  destroy: true,
}
const EVENTS = Object.keys(TYPES) as ChatEventType[]

type Emits = { [Type in ChatEventType]: (detail: ChatEventMap[Type]) => true }
type Props = { [Name in OptionName]: { type: PropType<ChatWidgetOptions[Name]>; default: undefined } }

/** Any value: the chat itself checks its options and says what is wrong with one. */
const PROPS = Object.fromEntries(
  Object.keys(OPTION_RULES).map((name) => [name, { type: null, default: undefined }]),
) as never as Props
const EMITS = Object.fromEntries(EVENTS.map((type) => [type, () => true])) as never as Emits

type None = Record<never, never>

/** What a template ref of the component holds. */
export interface CozeChatExposed {
  /** The handle, once the component is mounted. */
  readonly chat: ChatWidget | undefined
}

/**
 * A chat. Options are its props, events are emitted under their own names, and a template ref gives the handle as `chat`. An
 * `inline` chat fills the place where it is written, any other one floats above the page.
 *
 * @example <CozeChat bot-id="7300000000000000001" token-url="/api/coze/token" @message="({ role, text }) => log(role, text)" />
 */
export const CozeChat = defineComponent({
  name: 'CozeChat',
  props: PROPS,
  emits: EMITS,
  setup(props, { emit, expose }) {
    const place = shallowRef<HTMLElement>()
    const chat = shallowRef<ChatWidget>()
    const stable = createStableOptions()
    const optionsOf = () => stable(Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)))
    let shown: ChatWidgetOptions = {}

    function create(): void {
      shown = optionsOf()
      const created = createChatWidget(place.value === undefined ? shown : { target: place.value, ...shown })
      for (const type of EVENTS) {
        created.on(type, (detail) => (emit as (name: string, detail: unknown) => void)(type, detail))
      }
      chat.value = created
    }

    function remove(): void {
      chat.value?.destroy()
      chat.value = undefined
    }

    onMounted(create)
    onBeforeUnmount(remove)
    watch(
      props,
      () => {
        const options = optionsOf()
        if (chat.value === undefined || options === shown) return
        // Another place is another element.
        if (options.inline !== shown.inline) {
          remove()
          create()
          return
        }
        chat.value.setOptions(withoutGone(shown, options))
        shown = options
      },
      { flush: 'post' },
    )
    expose({
      get chat() {
        return chat.value
      },
    } satisfies CozeChatExposed)
    return () => (props.inline === true ? h('div', { ref: place }) : null)
  },
}) as unknown as DefineComponent<Partial<ChatWidgetOptions>, CozeChatExposed, None, None, None, None, None, Emits>

declare module 'vue' {
  interface GlobalComponents {
    CozeChat: typeof CozeChat
  }
}
