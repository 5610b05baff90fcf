import { createRef, Fragment, h } from 'preact'
import type { ChatMessage, ChatState } from '../chat/chat-state.ts'
import { systemClock } from '../platform/clock.ts'
import { AssistantMessageView } from './assistant-message.tsx'
import { Divider, ReadingPlace } from './chunks.ts'
import { component } from './component.ts'
import { MessageText } from './message-text.tsx'
import { WINDOW_STEP, windowStart } from './message-window.ts'
import type { PanelContext } from './panel-props.ts'
import { UserMessageView } from './user-message.tsx'

interface MessageListProps {
  panel: PanelContext
  state: ChatState
  /** What is read out before an answer. */
  said: string
  onAsk(text: string): void
  onEdit(messageKey: string): void
}

export const MessageList = component<MessageListProps>((life) => {
  const scroller = createRef<HTMLDivElement>()
  const list = createRef<HTMLDivElement>()
  let firstKey: string | undefined
  let lastQuestion: string | undefined
  let scrolled = false

  return ({ panel, state, said, onAsk, onEdit }) => {
    const { strings, clock = systemClock } = panel
    const { messages, turn, hasOlder } = state
    const start = windowStart(messages, firstKey)
    firstKey = messages[start]?.key

    const last = messages.at(-1)
    const question = messages.findLast(({ role }) => role === 'user')
    life.drawn = () => {
      // Whoever asks wants to see the answer. The scroller is a reversed column: position 0 is the end, and the browser itself keeps it in view.
      if (last?.role === 'user' && last.key !== lastQuestion)
        scroller.current?.scrollTo({ top: 0, behavior: 'instant' })
      lastQuestion = last?.key
    }

    const idle = turn.phase === 'idle'
    const typing =
      turn.phase === 'waiting' || turn.phase === 'acting' || (turn.phase === 'streaming' && !isGrowing(last))
    const empty = messages.length === 0
    const opening = empty && (state.phase === 'opening' || state.phase === 'idle')
    const greeting = panel.greeting ?? state.agent?.greeting
    const chips = empty
      ? state.phase === 'ready' && (panel.suggestions ?? state.agent?.suggestions)
      : idle && state.followUps
    let before = messages[start - 1]
    let day = dayOf(before?.createdAt ?? clock.now())

    return (
      <div class="transcript">
        <div
          class="scroller"
          part="transcript"
          role="log"
          aria-live="off"
          aria-busy={!idle}
          aria-label={strings.transcript}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
          tabIndex={0}
          ref={scroller}
          onScroll={() => {
            if (scrolled) return
            scrolled = true
            life.redraw()
          }}
        >
          <div class="list" ref={list}>
            <div class="edge" />
            {state.loadingOlder && <Divider panel={panel} of="older" />}
            {opening && <Dots class="skeleton" />}
            {start === 0 && !hasOlder && greeting && !opening && (
              <article class="message assistant greeting">
                <MessageText panel={panel} text={greeting} revision={0} done={true} />
              </article>
            )}
            {messages.slice(start).map((message) => {
              const { key, createdAt, sectionId } = message
              const newDay = day !== dayOf(createdAt)
              const newContext = before?.sectionId && sectionId && before.sectionId !== sectionId
              before = message
              day = dayOf(createdAt)
              return (
                <Fragment key={key}>
                  {newDay && <Divider panel={panel} of={createdAt} />}
                  {newContext && <Divider panel={panel} of="context" />}
                  {message.role === 'user' ? (
                    <UserMessageView
                      panel={panel}
                      message={message}
                      editable={idle && message === question}
                      onEdit={onEdit}
                    />
                  ) : (
                    <AssistantMessageView
                      panel={panel}
                      message={message}
                      said={said}
                      onEdit={onEdit}
                      repeatable={
                        message === last && idle && (message.status === 'complete' || message.status === 'stopped')
                      }
                    />
                  )}
                </Fragment>
              )
            })}
            {typing && <Dots class="typing" />}
            {turn.slow && !idle && <div class="footnote">{strings.slow}</div>}
            {chips && chips[0] && (
              <ul class="chips" aria-label={strings.suggestions}>
                {chips.map((text) => (
                  <li key={text}>
                    <button type="button" class="chip" part="suggestion" dir="auto" onClick={() => onAsk(text)}>
                      {text}
                    </button>
                  </li>
                ))}
              </ul>
            )}
            <div class="edge" />
          </div>
        </div>
        {(scrolled || hasOlder || messages.length > WINDOW_STEP) && (
          <ReadingPlace
            panel={panel}
            scroller={scroller}
            list={list}
            state={state}
            start={start}
            onStart={(index) => {
              firstKey = messages[index]?.key
              life.redraw()
            }}
          />
        )}
      </div>
    )
  }
})

/** Whether there is already something to see of the answer. */
function isGrowing(message: ChatMessage | undefined): boolean {
  return message?.role === 'assistant' && (message.text !== '' || message.reasoning !== undefined)
}

/** On the visitor's own calendar. */
function dayOf(at: number): string {
  return new Date(at).toDateString()
}

function Dots(props: { class: string }) {
  return (
    <div class={props.class} aria-hidden="true">
      <i />
      <i />
      <i />
    </div>
  )
}
