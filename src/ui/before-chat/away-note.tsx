/** Above the field: that nobody is there, and when somebody is again. The visitor may write all the same. */
import { useEffect, useState } from 'preact/hooks'
import type { OpeningHours } from '../../options/widget-options.ts'
import { systemClock } from '../../platform/clock.ts'
import type { PanelNote } from '../panel-context.ts'
import { beforeChatWords } from '../strings/before-chat-words.ts'
import { awayText } from './away-text.ts'

/** Short enough to be there when hours begin, and when a sleeping computer wakes. */
const LOOK_AGAIN_MS = 15_000

/** @param hours without a fault */
export function createAwayNote(hours: OpeningHours): PanelNote {
  return ({ panel }) => {
    const { clock = systemClock, lang, ownWords } = panel
    const [, redraw] = useState(0)
    useEffect(() => {
      const timer = setInterval(() => redraw((count) => count + 1), LOOK_AGAIN_MS)
      return () => clearInterval(timer)
    }, [])
    const text = awayText(hours, clock.now(), beforeChatWords({ lang, strings: ownWords }), { lang })
    return text ? (
      <p class="footnote" part="away">
        {text}
      </p>
    ) : null
  }
}
