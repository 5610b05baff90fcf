/** After a thumb down: asks why. The thumb itself has already been sent. */

import { useRef, useState } from 'preact/hooks'
import type { ChatStore } from '../../chat/chat-store.ts'
import { isOfInputMethod } from '../../platform/page/input-method.ts'
import type { DislikeReason } from '../panel-events.ts'
import { HandoffButton } from '../part-components.tsx'
import type { DislikeFormProps } from '../parts.ts'
import { useStyles } from '../theme/use-styles.ts'
import dislikeStyles from './dislike-form.css?inline'

/** Characters that Coze accepts. */
const MAX_COMMENT = 250

const REASONS = ['wrong', 'incomplete', 'unclear', 'unhelpful'] as const satisfies readonly DislikeReason[]

/** Keys of the messages whose question was answered or skipped: it is not asked again when the message is drawn anew. */
const askedIn = new WeakMap<ChatStore, Set<string>>()

export function DislikeForm({ panel, message }: DislikeFormProps) {
  useStyles(panel, dislikeStyles)
  const { store, strings } = panel
  const answered = askedIn.get(store) ?? new Set()
  askedIn.set(store, answered)
  const [phase, setPhase] = useState<'asking' | 'thanked' | 'skipped'>(answered.has(message.key) ? 'skipped' : 'asking')
  const [reasons, setReasons] = useState<readonly DislikeReason[]>([])
  const comment = useRef<HTMLTextAreaElement>(null)
  const place = useRef<HTMLDivElement>(null)

  const leave = (next: 'thanked' | 'skipped') => {
    answered.add(message.key)
    setPhase(next)
    // The form is about to vanish: the keyboard goes on at the thumb that opened it.
    place.current?.closest('.actions')?.querySelector<HTMLElement>('[aria-pressed=true]')?.focus()
  }
  const sentences: Readonly<Record<DislikeReason, string>> = {
    wrong: strings.reasonWrong,
    incomplete: strings.reasonIncomplete,
    unclear: strings.reasonUnclear,
    unhelpful: strings.reasonUnhelpful,
  }
  const send = () => {
    const words = comment.current?.value.trim()
    if (words || reasons.length > 0) {
      const chosen = reasons.map((reason) => sentences[reason])
      void store.rate(message.key, 'unlike', { reasons: chosen, ...(words && { comment: words }) })
      panel.emit?.('feedback', { rating: 'unlike', messageId: message.id, reasons, commented: Boolean(words) })
    }
    leave(words || reasons.length > 0 ? 'thanked' : 'skipped')
  }

  return (
    <div class="why" ref={place}>
      {phase === 'asking' && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would be one more box to undo
        <div
          role="group"
          aria-label={strings.whyBad}
          onKeyDown={(event) => {
            if (isOfInputMethod(event) || event.key !== 'Escape') return
            event.stopPropagation()
            leave('skipped')
          }}
        >
          <p>{strings.whyBad}</p>
          <div class="chips">
            {REASONS.map((reason) => (
              <button
                key={reason}
                type="button"
                class="chip"
                aria-pressed={reasons.includes(reason)}
                onClick={() =>
                  setReasons((chosen) =>
                    chosen.includes(reason) ? chosen.filter((other) => other !== reason) : [...chosen, reason],
                  )
                }
              >
                {sentences[reason]}
              </button>
            ))}
          </div>
          <textarea
            ref={comment}
            rows={2}
            maxLength={MAX_COMMENT}
            dir="auto"
            aria-label={strings.comment}
            placeholder={strings.comment}
          />
          <div class="buttons">
            <button type="button" class="text-button" onClick={() => leave('skipped')}>
              {strings.skip}
            </button>
            <button type="button" class="text-button main" onClick={send}>
              {strings.send}
            </button>
          </div>
        </div>
      )}
      <p role="status">{phase === 'thanked' && strings.thanks}</p>
      {panel.handoff && phase !== 'skipped' && <HandoffButton panel={panel} from="dislike" />}
    </div>
  )
}
