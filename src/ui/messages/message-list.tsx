import { Fragment } from 'preact'
import { useRef } from 'preact/hooks'
import type { AssistantMessage, ChatMessage, ChatState } from '../../chat/chat-state.ts'
import { systemClock } from '../../platform/clock.ts'
import { ErrorBoundary } from '../error-boundary.ts'
import { memo } from '../memo.ts'
import type { PanelContext } from '../panel-context.ts'
import { ReadingPosition } from '../part-components.tsx'
import { formatsFor } from '../strings/formats.ts'
import { useStyles } from '../theme/use-styles.ts'
import { AssistantMessageView, Greeting } from './assistant-message.tsx'
import listStyles from './message-list.css?inline'
import { rowsOf } from './message-rows.ts'
import { WINDOW_STEP } from './scrolling/message-window.ts'
import { useAnchor } from './scrolling/use-anchor.ts'
import { useAwayFromEnd } from './scrolling/use-away-from-end.ts'
import { useWindowStart } from './scrolling/use-window-start.ts'
import { Suggestions } from './suggestions.tsx'
import { turnFactsOf } from './turn-facts.ts'
import { UserMessageView } from './user-message.tsx'

interface MessageListProps {
  panel: PanelContext
  state: ChatState
  /** What is read out before an answer: who says it. */
  speaker: string
  /** Conversation or profile are on their way. */
  opening: boolean
  onAsk(text: string): void
  onEdit(messageKey: string): void
}

export const MessageList = memo(({ panel, state, speaker, opening, onAsk, onEdit }: MessageListProps) => {
  useStyles(panel, listStyles)
  const { strings, lang, clock = systemClock } = panel
  const { messages, turn, hasOlder } = state
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const away = useAwayFromEnd(scroller, list)
  const [start, setStart] = useWindowStart(messages)

  const { queued, current, idle, typing, isRenewable } = turnFactsOf(state)
  const greeting = panel.greeting ?? state.agent?.greeting

  const { anchored, onMove, release } = useAnchor(messages, {
    scroller,
    list,
    queued,
    above: [start, greeting, messages[0]?.key, turn.phase],
  })

  const empty = messages.length === 0
  const dayName = (at: number) => formatsFor(lang).day(at, clock.now())

  return (
    <div class="transcript">
      <div
        class={anchored ? 'scroller anchored' : 'scroller'}
        part="transcript"
        role="log"
        aria-live="off"
        aria-busy={!idle}
        aria-label={strings.transcript}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
        tabIndex={0}
        ref={scroller}
        onWheel={onMove}
        onTouchMove={onMove}
        onKeyDown={onMove}
        onPointerDown={onMove}
      >
        <div class={empty ? 'list fresh' : 'list'} ref={list}>
          <div class="edge" />
          {state.loadingOlder && <div class="divider">{strings.loadingOlder}</div>}
          {start === 0 && !hasOlder && greeting && <Greeting panel={panel} text={greeting} />}
          {rowsOf(messages, start, clock.now()).map(({ message, more, newDay, newContext }) => {
            const { key, createdAt } = message
            return (
              <Fragment key={key}>
                {newDay && <div class="divider">{dayName(createdAt)}</div>}
                {newContext && <div class="divider">{strings.contextCleared}</div>}
                <MessageView
                  panel={panel}
                  message={message}
                  more={more}
                  speaker={speaker}
                  renewable={isRenewable(more ?? message)}
                  onEdit={onEdit}
                />
                {typing && (more ?? message) === current && <Dots />}
              </Fragment>
            )
          })}
          {state.newTopic && <NewTopic panel={panel} />}
          {turn.slow && !idle && <div class="footnote">{strings.slow}</div>}
          <Suggestions panel={panel} state={state} onAsk={onAsk} />
          <div class="edge" />
        </div>
      </div>
      {empty && !greeting && opening && <i class="wait" />}
      {(away || hasOlder || messages.length > WINDOW_STEP) && (
        <ReadingPosition
          panel={panel}
          scroller={scroller}
          list={list}
          state={state}
          start={start}
          onStart={setStart}
          anchored={anchored}
          onEnd={release}
        />
      )}
    </div>
  )
})

interface MessageViewProps {
  panel: PanelContext
  message: ChatMessage
  /** What came after its words. */
  more: AssistantMessage | undefined
  /** What is read out before an answer: who says it. */
  speaker: string
  /** The question can be put in other words, or the answer asked for again. */
  renewable: boolean
  onEdit(messageKey: string): void
}

/** One message of either side. What cannot be drawn is read as it was written. */
function MessageView({ panel, message, more, speaker, renewable, onEdit }: MessageViewProps) {
  return (
    <ErrorBoundary instead={() => <p class="message">{message.text}</p>}>
      {message.role === 'user' ? (
        <UserMessageView panel={panel} message={message} editable={renewable} onEdit={onEdit} />
      ) : (
        <AssistantMessageView
          panel={panel}
          message={message}
          more={more}
          speaker={speaker}
          repeatable={renewable}
          onEdit={onEdit}
        />
      )}
    </ErrorBoundary>
  )
}

/** What follows is asked without what is above it, unless the visitor takes that back. */
function NewTopic({ panel: { strings, store } }: { panel: PanelContext }) {
  return (
    <div class="divider" ref={showNearest}>
      {strings.contextCleared}
      <button type="button" class="text-button" onClick={() => store.keepContext()}>
        {strings.undo}
      </button>
    </div>
  )
}

const showNearest = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest', behavior: 'instant' })

function Dots() {
  return (
    <div class="typing" aria-hidden="true">
      <i />
      <i />
      <i />
    </div>
  )
}
