/** A problem as the only thing in the frame: for a chat that is not ours to draw. */
import { render } from 'preact'
import type { ChatProblem } from '../../chat/chat-state.ts'
import type { Parts, ProblemNoticeProps } from '../parts.ts'
import { Problem } from '../problems/problem.tsx'
import baseStyles from '../theme/base.css?inline'
import { PartsContext } from '../use-part.ts'
import panelStyles from './panel.css?inline'

type ProblemPanel = ProblemNoticeProps['panel']

export interface ProblemScreen extends Omit<ProblemPanel, 'clock'> {
  parts: Parts
  problem: ChatProblem
  onRetry(): void
}

/** @returns takes it out again */
export function mountProblem(frame: HTMLElement, { parts, problem, onRetry, ...panel }: ProblemScreen): () => void {
  panel.addStyles(baseStyles)
  panel.addStyles(panelStyles)
  render(
    <PartsContext.Provider value={parts}>
      <section class="panel" dir={panel.strings.dir} lang={panel.lang} data-fatal>
        <div role="alert">
          <Problem panel={panel} problem={problem} shut onAction={onRetry} />
        </div>
      </section>
    </PartsContext.Provider>,
    frame,
  )
  return () => render(null, frame)
}
