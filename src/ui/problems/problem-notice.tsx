/** A problem in words, with the one button that helps. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type Clock, systemClock } from '../../platform/clock.ts'
import { HandoffButton } from '../part-components.tsx'
import type { ProblemNoticeProps } from '../parts.ts'
import { formatsFor } from '../strings/formats.ts'
import { interpolate } from '../strings/interpolate.ts'
import { Icon, IconButton, icons } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import problemStyles from './problem-notice.css?inline'
import { asksToSignIn, offersHandoff, problemAction, problemDetails, problemSentence } from './problem-text.ts'
import { SignIn } from './sign-in.tsx'

/** Whole seconds until a moment of the wall clock, counted down by the other clock: the wall clock may be set meanwhile. */
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

export function ProblemNotice({ panel, problem, shut = false, onAction, onDismiss }: ProblemNoticeProps) {
  const { strings } = panel
  useStyles(panel, problemStyles)
  const seconds = useSecondsUntil(problem.retryAt, panel.clock ?? systemClock)
  const action = problemAction(problem, shut)
  const label = { retry: strings.retry, edit: strings.edit, new: strings.newConversation, none: '' }[action]
  const dismissible = onDismiss && action !== 'new'
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    // The field that had the focus is gone, and there is nothing to read: one goes on at what helps.
    const active = (place.current?.getRootNode() as ShadowRoot | undefined)?.activeElement
    if (active?.matches('[data-fatal] [role=log]'))
      place.current?.querySelector<HTMLElement>('.ways > :not(:disabled)')?.focus({ preventScroll: true })
  }, [])
  return (
    <div class="problem" part="problem" ref={place}>
      <Icon path={icons.alert} />
      <p title={problemDetails(problem)}>{problemSentence(problem, strings)}</p>
      <div class="ways">
        {asksToSignIn(problem) && <SignIn panel={panel} onSignedIn={() => onAction('retry')} />}
        {offersHandoff(problem, panel) && <HandoffButton panel={panel} from="problem" code={problem.code} />}
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
                ? interpolate(strings.retryIn, { duration: formatsFor(panel.lang).seconds(seconds) })
                : label}
            </button>
          )
        )}
      </div>
    </div>
  )
}
