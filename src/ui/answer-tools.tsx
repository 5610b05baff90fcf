/** What can be done with an answer now and then: have it read aloud, and say what was wrong with it. A chunk of its own. */
import { Fragment, h } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks'
import type { AssistantMessage } from '../chat/chat-state.ts'
import answerToolStyles from './answer-tools.css?inline'
import { DislikeForm } from './dislike-form.tsx'
import { IconButton, type IconPath } from './icons.tsx'
import type { CompletePanel } from './panel-props.ts'
import { createSpeaker } from './speaker.ts'

const SPEAKER: IconPath = 'M4 8v4h2.5L10 15V5L6.5 8ZM12.7 7.5a3.5 3.5 0 0 1 0 5M14.8 5.3a6.6 6.6 0 0 1 0 9.4'
const STOP: IconPath = 'M6 6h8v8H6Z'

export interface AnswerToolsProps {
  panel: CompletePanel
  message: AssistantMessage
}

export function AnswerTools({ panel, message }: AnswerToolsProps) {
  useLayoutEffect(() => panel.addStyles(answerToolStyles), [])
  return (
    <>
      {message.text && panel.store.getState().agent?.voice && <ReadAloud panel={panel} message={message} />}
      {message.feedback === 'unlike' && <DislikeForm panel={panel} message={message} />}
    </>
  )
}

function ReadAloud({ panel, message }: AnswerToolsProps) {
  const { store, strings } = panel
  const [, redraw] = useState(0)
  const speaker = useMemo(() => createSpeaker(store.speak, () => redraw((count) => count + 1)), [])
  useEffect(() => speaker.stop, [])
  const { phase, problem } = speaker
  const on = phase !== 'idle'
  return (
    <>
      <IconButton
        class={phase === 'loading' ? 'icon-button waiting' : 'icon-button'}
        path={on ? STOP : SPEAKER}
        label={on ? strings.stopReading : strings.readAloud}
        onClick={() => speaker.toggle(wordsOf(message.text))}
      />
      {problem && (
        <p class="sound-problem" role="alert">
          {{ failed: strings.soundFailed, blocked: strings.soundBlocked, press: strings.pressAgain }[problem]}
        </p>
      )}
    </>
  )
}

/** What it says, without marks and addresses; with them where what reads them cannot be loaded. */
async function wordsOf(text: string): Promise<string> {
  try {
    return (await import('./markdown-text.tsx')).spokenText(text)
  } catch {
    return text
  }
}
