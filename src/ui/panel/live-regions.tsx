import type { ChatMessage } from '../../chat/chat-state.ts'
import { SpokenMessages } from '../messages/spoken-message.tsx'
import type { Strings } from '../strings/strings.ts'
import type { Said } from './use-said.ts'

interface LiveRegionsProps {
  announced: readonly ChatMessage[]
  said: Said
  speaker: string
  strings: Strings
}

/** The two places that speak up: for a finished answer or a failed question, and for what a button did. The transcript itself is silent. */
export function LiveRegions({ announced, said, speaker, strings }: LiveRegionsProps) {
  return (
    <>
      <div class="hidden" role="status" aria-live="polite">
        {announced.length > 0 && <SpokenMessages messages={announced} speaker={speaker} strings={strings} />}
      </div>
      <div class="hidden" aria-live="polite">
        {said.words && <span key={said.count}>{said.words}</span>}
      </div>
    </>
  )
}
