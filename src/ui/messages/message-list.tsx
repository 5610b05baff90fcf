import { Fragment } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { ChatMessage, ChatState } from '../../chat/chat-state.ts'
import type { Suggestion } from '../../options/widget-options.ts'
import { systemClock } from '../../platform/clock.ts'
import { Guard } from '../guard.ts'
import type { PanelContext } from '../panel-context.ts'
import { ReadingPosition } from '../part-components.tsx'
import { formatsFor } from '../strings/formats.ts'
import { Icon, type IconPath } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import { AssistantMessageView } from './assistant-message.tsx'
import messageStyles from './message.css?inline'
import listStyles from './message-list.css?inline'
import { rowsOf } from './message-rows.ts'
import { MessageText } from './message-text.tsx'
import { WINDOW_STEP } from './scrolling/message-window.ts'
import { useAnchor } from './scrolling/use-anchor.ts'
import { useAwayFromEnd } from './scrolling/use-away-from-end.ts'
import { useWindowStart } from './scrolling/use-window-start.ts'
import { UserMessageView } from './user-message.tsx'

const ASK: IconPath = 'M4 4.5h12v9H9.5L6 16.5v-3H4Z'

interface MessageListProps {
  panel: PanelContext
  state: ChatState
  /** What is read out before an answer: who says it. */
  speaker: string
  onAsk(text: string): void
  onEdit(messageKey: string): void
}

export function MessageList({ panel, state, speaker, onAsk, onEdit }: MessageListProps) {
  useStyles(panel, listStyles)
  const { strings, lang, clock = systemClock } = panel
  const { messages, turn, hasOlder } = state
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const away = useAwayFromEnd(scroller, list)
  const [start, setStart] = useWindowStart(messages)

  /** What waits for its turn stands at the end. */
  const queued = messages.length - 1 - messages.findLastIndex(({ status }) => status !== 'queued')
  const current = messages.at(-1 - queued)
  const lastQuestion = messages.findLast(({ role }) => role === 'user')
  const greeting = panel.greeting ?? state.agent?.greeting

  const { anchored, onMove, release } = useAnchor(messages, {
    scroller,
    list,
    queued,
    above: [start, greeting, messages[0]?.key, turn.phase],
  })

  useLayoutEffect(() => {
    if (queued > 0) list.current?.lastElementChild?.scrollIntoView({ block: 'nearest', behavior: 'instant' })
  }, [queued])

  const idle = turn.phase === 'idle'
  const typing =
    turn.phase === 'waiting' || turn.phase === 'acting' || (turn.phase === 'streaming' && !isGrowing(current))
  const empty = messages.length === 0
  const opening = empty && !greeting && (state.phase === 'opening' || state.phase === 'idle')
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
          {rowsOf(messages, start, clock.now()).map(({ message, newDay, newContext }) => {
            const { key, createdAt } = message
            return (
              <Fragment key={key}>
                {newDay && <div class="divider">{dayName(createdAt)}</div>}
                {newContext && <div class="divider">{strings.contextCleared}</div>}
                <Guard instead={() => <p class="message">{message.text}</p>}>
                  {message.role === 'user' ? (
                    <UserMessageView
                      panel={panel}
                      message={message}
                      editable={idle && message === lastQuestion}
                      onEdit={onEdit}
                    />
                  ) : (
                    <AssistantMessageView
                      panel={panel}
                      message={message}
                      speaker={speaker}
                      onEdit={onEdit}
                      repeatable={
                        message === current &&
                        !queued &&
                        idle &&
                        (message.status === 'complete' || message.status === 'stopped')
                      }
                    />
                  )}
                </Guard>
                {typing && message === current && <Dots />}
              </Fragment>
            )
          })}
          {state.newTopic && (
            <div class="divider" ref={showNearest}>
              {strings.contextCleared}
              <button type="button" class="text-button" onClick={() => panel.store.keepContext()}>
                {strings.undo}
              </button>
            </div>
          )}
          {turn.slow && !idle && <div class="footnote">{strings.slow}</div>}
          <Suggestions panel={panel} offered={suggestionsOf(state, panel)} onAsk={onAsk} opening={empty} />
          <div class="edge" />
        </div>
      </div>
      {opening && <i class="wait" />}
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
}

const showNearest = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest', behavior: 'instant' })

function Greeting(props: { panel: PanelContext; text: string }) {
  useStyles(props.panel, messageStyles)
  return (
    <article class="message assistant greeting">
      <MessageText {...props} revision={0} done={true} />
    </article>
  )
}

/** What can be asked by a click: at the beginning, and after an answer. */
function suggestionsOf(state: ChatState, panel: PanelContext): readonly (string | Suggestion)[] {
  if (state.messages.length > 0) return state.turn.phase === 'idle' ? state.followUps : []
  return (state.phase === 'ready' && (panel.suggestions ?? state.agent?.suggestions)) || []
}

interface SuggestionsProps {
  panel: PanelContext
  offered: readonly (string | Suggestion)[]
  /** Nothing was said yet, and so the words are the owner's or the agent's own. */
  opening: boolean
  onAsk(text: string): void
}

function Suggestions({ panel, offered, opening, onAsk }: SuggestionsProps) {
  if (offered.length === 0) return null
  return (
    <ul class="chips" aria-label={panel.strings.suggestions}>
      {offered.map((each, index) => {
        const { label, icon, prompt = label } = typeof each === 'string' ? { label: each } : each
        const choose = () => {
          const kind = opening ? 'opening' : 'followUp'
          panel.tell?.('suggestion', { kind, index, ...(opening && { label }) })
          onAsk(prompt)
        }
        return (
          <li key={label}>
            <button type="button" class="chip" part="suggestion" dir="auto" onClick={choose}>
              {icon ? <SuggestionIcon icon={icon} /> : opening && <Icon path={ASK} />}
              <span>{label}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** An address has a dot or a slash in it, an emoji has none. */
function SuggestionIcon({ icon }: { icon: string }) {
  const hide = ({ currentTarget }: { currentTarget: HTMLElement }) => (currentTarget.hidden = true)
  return /[./]/.test(icon) ? <img src={icon} alt="" onError={hide} /> : <span aria-hidden="true">{icon} </span>
}

/** Whether there is already something to see of the answer. */
function isGrowing(message: ChatMessage | undefined): boolean {
  return message?.role === 'assistant' && (message.text !== '' || message.reasoning !== undefined)
}

function Dots() {
  return (
    <div class="typing" aria-hidden="true">
      <i />
      <i />
      <i />
    </div>
  )
}
