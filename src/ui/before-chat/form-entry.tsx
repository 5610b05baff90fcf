/** A field of the form with its label, and what is wrong with it. */
import type { FormField } from '../../options/widget-options.ts'
import { linkedText } from '../linked-text.tsx'
import type { BeforeChatWords } from '../strings/before-chat-words.ts'
import { interpolate } from '../strings/interpolate.ts'
import { localText } from '../strings/local-text.ts'
import { type AnswerFault, MAX_ANSWER } from './form-rules.ts'

/** By which a browser fills in what it knows of its owner. */
const AUTOCOMPLETE: Readonly<Record<string, string>> = { email: 'email', tel: 'tel', name: 'name' }

interface FormEntryProps {
  readonly field: FormField
  /** Unlike any other in the form. */
  readonly id: string
  readonly fault: AnswerFault | undefined
  readonly words: BeforeChatWords
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  onInput(): void
}

export function FormEntry(props: FormEntryProps) {
  const { field, id, fault, words, lang } = props
  const isTick = field.type === 'checkbox'
  const label = localText(field.label, lang)
  const caption = (
    <label for={id}>{linkedText(field.required || isTick ? label : interpolate(words.optional, { label }))}</label>
  )
  return (
    <div class="entry">
      {isTick ? (
        <div class="tick">
          <Control {...props} />
          {caption}
        </div>
      ) : (
        <>
          {caption}
          <Control {...props} />
        </>
      )}
      {fault && (
        <p class="fault" id={`${id}-fault`}>
          {words[fault]}
        </p>
      )}
    </div>
  )
}

function Control({ field, id, fault, words, lang, dir, onInput }: FormEntryProps) {
  const { name, type = 'text', required = false, choices = [] } = field
  const common = {
    id,
    name,
    required,
    'aria-invalid': fault ? ('true' as const) : undefined,
    'aria-describedby': fault && `${id}-fault`,
    onInput,
  }
  switch (type) {
    case 'checkbox':
      return <input type="checkbox" value="true" {...common} />
    case 'select':
      return (
        <select {...common} defaultValue="">
          <option value="">{words.choose}</option>
          {choices.map(({ value, label }) => (
            <option key={value} value={value}>
              {localText(label, lang) || value}
            </option>
          ))}
        </select>
      )
    case 'textarea':
      return <textarea {...common} rows={3} maxLength={MAX_ANSWER} dir="auto" />
    default:
      return (
        <input
          {...common}
          // Or one of the other two, which have no other attributes.
          type={type as 'email'}
          maxLength={MAX_ANSWER}
          dir={type === 'text' ? 'auto' : dir === 'rtl' ? 'ltr' : undefined}
          autocomplete={AUTOCOMPLETE[type] ?? AUTOCOMPLETE[name] ?? 'off'}
        />
      )
  }
}
