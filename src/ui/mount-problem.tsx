/** A problem as the only thing in the frame: for a chat that is not ours to draw. */
import { h, render } from 'preact'
import type { ChatProblem } from '../chat/chat-state.ts'
import panelStyles from './panel.css?inline'
import { Problem } from './problem.tsx'
import seldomStyles from './seldom.css?inline'
import type { Strings } from './strings.ts'
import { createStyleSet } from './styles.ts'

export interface ProblemScreen {
  problem: ChatProblem
  strings: Strings
  lang: string
  nonce?: string | undefined
  onRetry(): void
}

/** Answers the way to take it out again. */
export function mountProblem(frame: HTMLElement, { problem, onRetry, nonce, ...words }: ProblemScreen): () => void {
  const styles = createStyleSet(frame.getRootNode() as ShadowRoot, nonce)
  styles.add(panelStyles)
  styles.add(seldomStyles)
  render(
    <section class="panel" dir={words.strings.dir} lang={words.lang}>
      <div role="alert">
        <Problem panel={{ ...words, addStyles: styles.add }} problem={problem} onAction={onRetry} />
      </div>
    </section>,
    frame,
  )
  return () => {
    render(null, frame)
    styles.remove()
  }
}
