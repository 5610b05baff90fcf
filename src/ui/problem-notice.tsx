/** Problems in words. A chunk of its own: most conversations have none. */
import { Fragment, h } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks'
import type { ChatProblem } from '../chat/chat-state.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { fill } from './fill.ts'
import { formatsFor } from './formats.ts'
import { Icon, IconButton, icons } from './icons.tsx'
import type { CompletePanel } from './panel-props.ts'
import problemStyles from './problem-notice.css?inline'
import { type ProblemAction, problemAction, problemDetails, problemSentence } from './problem-text.ts'

/** Whole seconds until a moment of the wall clock; counts down while there are any, though that clock be set meanwhile. */
function useSecondsUntil(at: number | undefined, clock: Clock): number {
  const [, redraw] = useState(0)
  const end = useMemo(() => clock.monotonic() + (at === undefined ? 0 : at - clock.now()), [at])
  const seconds = Math.max(0, Math.ceil((end - clock.monotonic()) / 1000))
  useEffect(() => {
    if (seconds === 0) return
    const timer = clock.setTimeout(() => redraw((count) => count + 1), 1000)
    return () => clock.clearTimeout(timer)
  })
  return seconds
}

/** One sentence and the one button that helps. `onDismiss` takes the place of a button that would only try again. */
export function ProblemNotice(props: {
  panel: Pick<CompletePanel, 'strings' | 'lang' | 'clock' | 'addStyles'>
  problem: ChatProblem
  onAction(action: ProblemAction): void
  onDismiss?: (() => void) | undefined
}) {
  const { panel, problem, onAction, onDismiss } = props
  const { strings } = panel
  useLayoutEffect(() => panel.addStyles(problemStyles), [])
  const seconds = useSecondsUntil(problem.retryAt, panel.clock ?? systemClock)
  const action = problemAction(problem)
  const label = { retry: strings.retry, edit: strings.edit, new: strings.newConversation, none: '' }[action]
  const dismissible = onDismiss && action !== 'new'
  return (
    <div class="problem" part="problem">
      <Icon path={icons.alert} />
      <p title={problemDetails(problem)}>{problemSentence(problem, strings)}</p>
      {dismissible ? (
        <IconButton path={icons.close} label={strings.dismiss} onClick={onDismiss} />
      ) : (
        label && (
          <button
            type="button"
            class="text-button"
            disabled={action === 'retry' && seconds > 0}
            onClick={() => onAction(action)}
          >
            {action === 'retry' && seconds > 0
              ? fill(strings.retryIn, { duration: formatsFor(panel.lang).seconds(seconds) })
              : label}
          </button>
        )
      )}
    </div>
  )
}

export function ProblemSpeech({ panel, problem }: { panel: CompletePanel; problem: ChatProblem }) {
  return <>{problemSentence(problem, panel.strings)}</>
}
