import { Fragment } from 'preact'
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks'
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
import { MessageText } from './message-text.tsx'
import { WINDOW_STEP, windowStart } from './message-window.ts'
import { UserMessageView } from './user-message.tsx'

const ASK: IconPath = 'M4 4.5h12v9H9.5L6 16.5v-3H4Z'

/** Between the edge and the question above its answer. */
const GAP_PX = 12

interface MessageListProps {
  panel: PanelContext
  state: ChatState
  /** What is read out before an answer: who says it. */
  speaker: string
  onAsk(text: string): void
  onEdit(messageKey: string): void
}

/** How long the end has to be out of sight before the way back is offered, in milliseconds. */
const SETTLED_MS = 250

export function MessageList({ panel, state, speaker, onAsk, onEdit }: MessageListProps) {
  useStyles(panel, listStyles)
  const { strings, lang, clock = systemClock } = panel
  const { messages, turn, hasOlder } = state
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [away, setAway] = useState(false)
  const [start, setStart] = useWindowStart(messages)
  const [, redraw] = useState({})

  /** What waits for its turn stands at the end. */
  const queued = messages.length - 1 - messages.findLastIndex(({ status }) => status !== 'queued')
  const current = messages.at(-1 - queued)
  const lastQuestion = messages.findLast(({ role }) => role === 'user')
  const asked = current?.role === 'user' ? current.key : undefined
  /** The question that went to the top when it was asked: its answer is read from its beginning. Without one, the end is kept in view. */
  const anchor = useRef<string>(undefined)
  const askedBefore = useRef<string>(undefined)
  if (asked !== undefined && asked !== askedBefore.current) anchor.current = asked
  askedBefore.current = asked
  const anchored = messages.some(({ key }) => key === anchor.current)
  const placed = useRef<string>(undefined)
  /** Since the question was placed, the reader has moved by themselves. */
  const moved = useRef(false)
  const greeting = panel.greeting ?? state.agent?.greeting

  useLayoutEffect(() => {
    const room = list.current
    if (!room || !scroller.current) return
    const question = anchored && [...room.querySelectorAll<HTMLElement>('.user')].at(-1 - queued)
    if (question) {
      // The answer grows into room that is there from the beginning, and past it: nothing on screen moves.
      const top = Math.max(0, question.offsetTop - GAP_PX)
      room.style.minHeight = `${top + scroller.current.clientHeight}px`
      room.style.minHeight = `calc(${top}px + 100cqh)`
      const isNew = placed.current !== anchor.current
      if (isNew) moved.current = false
      // What comes above it later, the greeting for instance, takes it along.
      if (isNew || (!moved.current && top !== scroller.current.scrollTop))
        scroller.current.scrollTo({ top, behavior: 'instant' })
    } else room.style.minHeight = ''
    placed.current = anchor.current
  }, [asked, anchored, start, greeting, messages[0]?.key, turn.phase])

  useLayoutEffect(() => {
    if (queued > 0) list.current?.lastElementChild?.scrollIntoView({ block: 'nearest', behavior: 'instant' })
  }, [queued])

  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const observer = new IntersectionObserver(
      (entries) => {
        clearTimeout(timer)
        // Not for a moment in which a question finds its place: what is shown then is a file of its own.
        if (!entries.at(-1)?.isIntersecting) timer = setTimeout(setAway, SETTLED_MS, true)
      },
      { root: scroller.current, rootMargin: '40px' },
    )
    const end = list.current?.lastElementChild
    if (end) observer.observe(end)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
    }
  }, [])

  const idle = turn.phase === 'idle'
  const typing =
    turn.phase === 'waiting' || turn.phase === 'acting' || (turn.phase === 'streaming' && !isGrowing(current))
  const empty = messages.length === 0
  const opening = empty && !greeting && (state.phase === 'opening' || state.phase === 'idle')
  const dayName = (at: number) => formatsFor(lang).day(at, clock.now())
  let before = messages[start - 1]
  let day = dayOf(before?.createdAt ?? clock.now())

  const move = () => {
    moved.current = true
  }

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
        onWheel={move}
        onTouchMove={move}
        onKeyDown={move}
        onPointerDown={move}
      >
        <div class={empty ? 'list fresh' : 'list'} ref={list}>
          <div class="edge" />
          {state.loadingOlder && <div class="divider">{strings.loadingOlder}</div>}
          {start === 0 && !hasOlder && greeting && <Greeting panel={panel} text={greeting} />}
          {messages.slice(start).map((message) => {
            const { key, createdAt, sectionId } = message
            const newDay = day !== dayOf(createdAt)
            // The agent remembers nothing of what is above.
            const newContext = before?.sectionId && sectionId && before.sectionId !== sectionId
            before = message
            day = dayOf(createdAt)
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
          onEnd={() => {
            anchor.current = undefined
            redraw({})
          }}
        />
      )}
    </div>
  )
}

const showNearest = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest', behavior: 'instant' })

/** Index of the first message that is drawn. It belongs to a message rather than to a place, so that nothing moves when others come before it. */
function useWindowStart(messages: readonly ChatMessage[]): [start: number, setStart: (index: number) => void] {
  const firstKey = useRef<string>(undefined)
  const latest = useRef(messages)
  const [, redraw] = useState(0)
  const start = windowStart(messages, firstKey.current)
  firstKey.current = messages[start]?.key
  latest.current = messages
  const setStart = useCallback((index: number) => {
    firstKey.current = latest.current[index]?.key
    redraw((count) => count + 1)
  }, [])
  return [start, setStart]
}

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

/** On the visitor's own calendar. */
function dayOf(at: number): string {
  return new Date(at).toDateString()
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
