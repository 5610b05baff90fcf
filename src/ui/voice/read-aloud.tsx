/** The button that reads an answer aloud. */
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { ReadAloudProps } from '../parts.ts'
import { IconButton, type IconPath } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import { useParts } from '../use-part.ts'
import readAloudStyles from './read-aloud.css?inline'
import { createSpeaker } from './speaker.ts'

const SPEAKER: IconPath = 'M4 8v4h2.5L10 15V5L6.5 8ZM12.7 7.5a3.5 3.5 0 0 1 0 5M14.8 5.3a6.6 6.6 0 0 1 0 9.4'
const STOP: IconPath = 'M6 6h8v8H6Z'

export function ReadAloud({ panel, message }: ReadAloudProps) {
  useStyles(panel, readAloudStyles)
  const { store, strings } = panel
  const parts = useParts()
  const [, redraw] = useState(0)
  const speaker = useMemo(() => {
    // Its file has the calls for sound in it as well, which are needed in any case.
    const loadReader = async () => {
      if (!parts) throw new Error('Nothing can be loaded here.')
      return (await parts.attachments.load()).createTextReader(store.speak)
    }
    return createSpeaker(loadReader, () => redraw((count) => count + 1))
  }, [])
  useEffect(() => speaker.stop, [])
  const { phase, problem } = speaker

  /** Without Markdown's marks and addresses; with them where the parser cannot be loaded. */
  const wordsOf = async (text: string): Promise<string> =>
    parts
      ? parts.markdown.load().then(
          ({ spokenText }) => spokenText(text),
          () => text,
        )
      : text

  return (
    <>
      <IconButton
        class={phase === 'loading' ? 'icon-button waiting' : 'icon-button'}
        path={phase === 'idle' ? SPEAKER : STOP}
        label={phase === 'idle' ? strings.readAloud : strings.stopReading}
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
