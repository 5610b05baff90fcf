import { Fragment } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ChatMessage, ChatState } from '../chat/chat-state.ts'
import { systemClock } from '../platform/clock.ts'
import { AssistantMessageView } from './assistant-message.tsx'
import { formatsFor, localDay } from './formats.ts'
import { Icon, icons } from './icons.tsx'
import { MarkdownText } from './markdown-text.tsx'
import { earlierStart, windowStart } from './message-window.ts'
import type { PanelContext } from './panel-props.ts'
import { useScroll } from './use-scroll.ts'
import { UserMessageView } from './user-message.tsx'

export function MessageList(props: {
  panel: PanelContext
  state: ChatState
  agentName: string
  onAsk(text: string): void
  onEdit(messageKey: string): void
}) {
  const { panel, state, agentName, onAsk } = props
  const { strings, store, lang } = panel
  const { messages, turn } = state
  const firstKey = useRef<string>(undefined)
  const [, redraw] = useState(0)
  const [atBottom, setAtBottom] = useState(true)
  const start = windowStart(messages, firstKey.current, atBottom)
  firstKey.current = messages[start]?.key

  const { scroller, list, top, bottom, toBottom } = useScroll({
    atBottom,
    onBottom: setAtBottom,
    topKey: `${firstKey.current} ${messages[0]?.key}`,
    onNearTop() {
      if (start > 0) {
        firstKey.current = messages[earlierStart(start)]?.key
        redraw((count) => count + 1)
      } else {
        const { hasOlder, loadingOlder } = store.getState()
        if (hasOlder && !loadingOlder) store.loadOlder()
      }
    },
  })

  const last = messages.at(-1)
  const seen = useRef(0)
  if (atBottom) seen.current = messages.length
  // Whoever asks wants to see the answer.
  const lastQuestion = last?.role === 'user' ? last.key : undefined
  useLayoutEffect(() => {
    if (lastQuestion) toBottom(false)
  }, [lastQuestion])

  const idle = turn.phase === 'idle'
  const typing = turn.phase === 'waiting' || turn.phase === 'acting' || (turn.phase === 'streaming' && !isGrowing(last))
  const opening = messages.length === 0 && !panel.problem && (state.phase === 'opening' || state.phase === 'idle')
  const atBeginning = start === 0 && !state.hasOlder
  const greeting = panel.greeting ?? state.agent?.greeting
  const suggestions = panel.suggestions ?? state.agent?.suggestions ?? []
  const now = (panel.clock ?? systemClock).now()

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
      >
        <div class="list" ref={list}>
          <div class="edge" ref={top} />
          {state.loadingOlder && <div class="divider">{strings.loadingOlder}</div>}
          {opening && <Skeleton />}
          {atBeginning && greeting && !opening && (
            <article class="message assistant greeting">
              <MarkdownText panel={panel} text={greeting} revision={0} done={true} />
            </article>
          )}
          {messages.slice(start).map((message, offset) => {
            const before = messages[start + offset - 1]
            return (
              <Fragment key={message.key}>
                {dayChanged(before, message, now) && (
                  <div class="divider day">{formatsFor(lang).day(message.createdAt, now)}</div>
                )}
                {before?.sectionId && message.sectionId && before.sectionId !== message.sectionId && (
                  <div class="divider">{strings.contextCleared}</div>
                )}
                {message.role === 'user' ? (
                  <UserMessageView panel={panel} message={message} onEdit={props.onEdit} />
                ) : (
                  <AssistantMessageView
                    panel={panel}
                    message={message}
                    agentName={agentName}
                    onEdit={props.onEdit}
                    repeatable={
                      message === last && idle && (message.status === 'complete' || message.status === 'stopped')
                    }
                  />
                )}
              </Fragment>
            )
          })}
          {typing && (
            <div class="typing">
              <i />
              <i />
              <i />
            </div>
          )}
          {turn.slow && !idle && <div class="footnote">{strings.slow}</div>}
          {messages.length === 0 && state.phase === 'ready' && (
            <Chips texts={suggestions} label={strings.suggestions} onAsk={onAsk} />
          )}
          {idle && messages.length > 0 && <Chips texts={state.followUps} label={strings.suggestions} onAsk={onAsk} />}
          <div class="edge" ref={bottom} />
        </div>
      </div>
      {!atBottom && (
        <button
          type="button"
          class="jump"
          part="jump-button"
          aria-label={strings.jumpToNewest}
          title={strings.jumpToNewest}
          onClick={() => toBottom(!matchMedia('(prefers-reduced-motion: reduce)').matches)}
        >
          {messages.length > seen.current && <span>{strings.newMessages}</span>}
          <Icon path={icons.down} />
        </button>
      )}
    </div>
  )
}

/** Whether there is already something to see of the answer. */
function isGrowing(message: ChatMessage | undefined): boolean {
  return message?.role === 'assistant' && (message.text !== '' || message.reasoning !== undefined)
}

function dayChanged(before: ChatMessage | undefined, message: ChatMessage, now: number): boolean {
  return localDay(before?.createdAt ?? now) !== localDay(message.createdAt)
}

function Chips({ texts, label, onAsk }: { texts: readonly string[]; label: string; onAsk(text: string): void }) {
  if (texts.length === 0) return null
  return (
    <ul class="chips" aria-label={label}>
      {texts.map((text) => (
        <li key={text}>
          <button type="button" class="chip" part="suggestion" dir="auto" onClick={() => onAsk(text)}>
            {text}
          </button>
        </li>
      ))}
    </ul>
  )
}

function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      <i />
      <i />
      <i />
    </div>
  )
}
