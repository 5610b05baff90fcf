/** What can be done with an answer: copy it, ask for it again, rate it, have it read aloud. */
import { useEffect, useState } from 'preact/hooks'
import type { AssistantMessage } from '../../chat/chat-state.ts'
import { whenIdle } from '../../platform/waiting/when-idle.ts'
import type { PanelContext } from '../panel-context.ts'
import { DislikeForm, ReadAloud } from '../part-components.tsx'
import { knowsTimeOfDay, timeOfDay } from '../strings/time-of-day.ts'
import { IconButton, icons } from '../theme/icons.tsx'
import { ActionRow } from './action-row.tsx'

/** How long the copy button says that it worked. */
const COPIED_MS = 1600

interface AnswerActionsProps {
  panel: PanelContext
  message: AssistantMessage
  /** It is the newest answer and can be asked for again. */
  repeatable: boolean
}

export function AnswerActions({ panel, message, repeatable }: AnswerActionsProps) {
  const { strings, store, features } = panel
  const { text, createdAt } = message
  const { agent, phase } = store.getState()
  const rateable = features.feedback && text && message.status === 'complete'
  return (
    <ActionRow panel={panel} always={repeatable}>
      {text && <CopyButton panel={panel} text={text} />}
      {repeatable && features.regenerate && (
        <IconButton
          path={icons.again}
          label={strings.regenerate}
          // Messages remembered from the last visit wait for the server's list.
          disabled={phase !== 'ready'}
          onClick={() => store.regenerate()}
        />
      )}
      {rateable && <Thumb panel={panel} message={message} kind="like" />}
      {rateable && <Thumb panel={panel} message={message} kind="unlike" />}
      {text && features.readAloud && agent?.voice && <ReadAloud panel={panel} message={message} />}
      {rateable && message.feedback === 'unlike' && <DislikeForm panel={panel} message={message} />}
      <TimeOfDay at={createdAt} lang={panel.lang} />
    </ActionRow>
  )
}

/** Told when the page is idle: what it takes must not be made at the end of the first answer. */
function TimeOfDay({ at, lang }: { at: number; lang: string }) {
  const [idle, setIdle] = useState(false)
  const known = idle || knowsTimeOfDay(lang)
  useEffect(() => {
    return known ? undefined : whenIdle(() => setIdle(true))
  }, [known])
  return <time dateTime={new Date(at).toISOString()}>{known && timeOfDay(at, lang)}</time>
}

function CopyButton({ panel, text }: { panel: PanelContext; text: string }) {
  const { strings } = panel
  /** How often it was copied; 0 while nothing has to be said about it. */
  const [copies, setCopies] = useState(0)
  useEffect(() => {
    if (copies === 0) return
    const timer = setTimeout(() => setCopies(0), COPIED_MS)
    return () => clearTimeout(timer)
  }, [copies])
  return (
    <IconButton
      path={copies > 0 ? icons.check : icons.copy}
      label={copies > 0 ? strings.copied : strings.copy}
      onClick={() =>
        // Refused without a permission or on plain http: then the button must not say that it worked.
        navigator.clipboard?.writeText(text).then(
          () => {
            setCopies((count) => count + 1)
            panel.say?.(strings.copied)
          },
          () => {},
        )
      }
    />
  )
}

function Thumb(props: { panel: PanelContext; message: AssistantMessage; kind: 'like' | 'unlike' }) {
  const { panel, message, kind } = props
  const pressed = message.feedback === kind
  return (
    <IconButton
      path={icons.like}
      turn={kind === 'unlike' && 'turned'}
      label={panel.strings[kind]}
      pressed={pressed}
      onClick={() => {
        panel.store.rate(message.key, pressed ? undefined : kind)
        panel.emit?.('feedback', { rating: pressed ? 'none' : kind, messageId: message.id })
      }}
    />
  )
}
