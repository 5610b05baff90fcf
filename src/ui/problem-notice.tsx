import { useEffect, useState } from 'preact/hooks'
import type { ChatProblem } from '../chat/chat-state.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { formatsFor } from './formats.ts'
import { Icon, IconButton, icons } from './icons.tsx'
import type { PanelContext } from './panel-props.ts'
import { type ProblemAction, problemAction, problemDetails, problemSentence } from './problem-text.ts'
import { fill } from './strings.ts'

/** Whole seconds until a moment of the wall clock; counts down while there are any. */
function useSecondsUntil(at: number | undefined, clock: Clock): number {
  const [, redraw] = useState(0)
  const seconds = at === undefined ? 0 : Math.max(0, Math.ceil((at - clock.now()) / 1000))
  useEffect(() => {
    if (seconds === 0) return
    const timer = clock.setTimeout(() => redraw((count) => count + 1), 1000)
    return () => clock.clearTimeout(timer)
  })
  return seconds
}

/** One sentence and the one button that helps. `onDismiss` takes the place of a button that would only try again. */
export function ProblemNotice(props: {
  panel: Pick<PanelContext, 'strings' | 'lang' | 'clock'>
  problem: ChatProblem
  onAction(action: ProblemAction): void
  onDismiss?: (() => void) | undefined
}) {
  const { panel, problem, onAction, onDismiss } = props
  const { strings } = panel
  const seconds = useSecondsUntil(problem.retryAt, panel.clock ?? systemClock)
  const action = problemAction(problem)
  const label = { retry: strings.retry, edit: strings.edit, new: strings.newConversation, none: '' }[action]
  return (
    <div class="problem" part="problem">
      <Icon path={icons.alert} />
      <p title={problemDetails(problem)}>{problemSentence(problem, strings)}</p>
      {label && !onDismiss && (
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
      )}
      {onDismiss && <IconButton path={icons.close} label={strings.dismiss} onClick={onDismiss} />}
    </div>
  )
}
