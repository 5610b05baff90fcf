/** After a thumb down: why, if the visitor likes to say. The thumb itself has already been sent. */
import { h } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { ChatStore } from '../chat/chat-store.ts'
import type { AnswerToolsProps } from './answer-tools.tsx'

/** What Coze takes. */
const MAX_COMMENT = 250

/** Who was asked once is not asked again when the message is drawn anew. */
const asked = new WeakMap<ChatStore, Set<string>>()

export function DislikeForm({ panel, message }: AnswerToolsProps) {
  const { store, strings } = panel
  const answered = asked.get(store) ?? new Set()
  asked.set(store, answered)
  const [phase, setPhase] = useState<'asking' | 'thanked' | 'skipped'>(answered.has(message.key) ? 'skipped' : 'asking')
  const [reasons, setReasons] = useState<readonly string[]>([])
  const comment = useRef<HTMLTextAreaElement>(null)
  const place = useRef<HTMLDivElement>(null)

  const leave = (next: 'thanked' | 'skipped') => {
    answered.add(message.key)
    setPhase(next)
    // The form is about to vanish: the keyboard goes on at the thumb that opened it.
    place.current?.closest('.actions')?.querySelector<HTMLElement>('[aria-pressed=true]')?.focus()
  }
  const send = () => {
    const words = comment.current?.value.trim()
    if (words || reasons.length > 0) {
      void store.rate(message.key, 'unlike', { reasons, ...(words && { comment: words }) })
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
            if (event.isComposing || event.key !== 'Escape') return
            event.stopPropagation()
            leave('skipped')
          }}
        >
          <p>{strings.whyBad}</p>
          <div class="chips">
            {[strings.reasonWrong, strings.reasonIncomplete, strings.reasonUnclear, strings.reasonUnhelpful].map(
              (reason) => (
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
                  {reason}
                </button>
              ),
            )}
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
    </div>
  )
}
