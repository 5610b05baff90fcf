/** A problem as the only thing in the frame: for a chat that is not ours to draw. */
import { h, render } from 'preact'
import type { ChatProblem } from '../chat/chat-state.ts'
import panelStyles from './panel.css?inline'
import { Problem } from './problem.tsx'
import seldomStyles from './seldom.css?inline'
import type { Strings } from './strings.ts'

export interface ProblemScreen {
  problem: ChatProblem
  strings: Strings
  lang: string
  addStyles(css: string): void
  onRetry(): void
}

/** Answers the way to take it out again. */
export function mountProblem(frame: HTMLElement, { problem, onRetry, ...panel }: ProblemScreen): () => void {
  panel.addStyles(panelStyles)
  panel.addStyles(seldomStyles)
  render(
    <section class="panel" dir={panel.strings.dir} lang={panel.lang}>
      <div role="alert">
        <Problem panel={panel} problem={problem} onAction={onRetry} />
      </div>
    </section>,
    frame,
  )
  return () => render(null, frame)
}
