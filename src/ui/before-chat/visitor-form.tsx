/** A short form: each field has a label that stays, says in words what is wrong with it, and the first wrong one gets the focus. */
import { useRef, useState } from 'preact/hooks'
import type { FormField } from '../../options/widget-options.ts'
import { linkedText } from '../linked-text.tsx'
import type { BeforeChatWords } from '../strings/before-chat-words.ts'
import { interpolate } from '../strings/interpolate.ts'
import { localText } from '../strings/local-text.ts'
import { type AnswerFault, type Answers, answerFault, cleanAnswers, MAX_ANSWER } from './form-rules.ts'

export interface VisitorFormProps {
  readonly fields: readonly FormField[]
  readonly words: BeforeChatWords
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  onAnswers(answers: Answers): void
}

/** By which a browser fills in what it knows of its owner. */
const AUTOCOMPLETE: Readonly<Record<string, string>> = { email: 'email', tel: 'tel', name: 'name' }

export function VisitorForm({ fields, words, lang, dir, onAnswers }: VisitorFormProps) {
  const form = useRef<HTMLFormElement>(null)
  const [faults, setFaults] = useState<Readonly<Record<string, AnswerFault | undefined>>>({})

  const read = (): Record<string, string> => {
    const data = form.current ? new FormData(form.current) : new FormData()
    return Object.fromEntries(
      fields.map(({ name, type }) => [
        name,
        type === 'checkbox' ? String(data.has(name)) : String(data.get(name) ?? ''),
      ]),
    )
  }

  const submit = () => {
    const values = read()
    const found = Object.fromEntries(fields.map((field) => [field.name, answerFault(field, values[field.name] ?? '')]))
    setFaults(found)
    const wrong = fields.findIndex(({ name }) => found[name])
    if (wrong < 0) onAnswers(cleanAnswers(fields, values))
    else form.current?.querySelectorAll<HTMLElement>('input, select, textarea')[wrong]?.focus()
  }

  /** What was wrong is looked at again as soon as it is changed; what nobody has sent yet is not found fault with. */
  const review = (field: FormField) => {
    if (faults[field.name])
      setFaults((before) => ({ ...before, [field.name]: answerFault(field, read()[field.name] ?? '') }))
  }

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {fields.map((field, index) => {
        const { name, type = 'text', required = false, choices = [] } = field
        const id = `before-${index}`
        const fault = faults[name]
        const label = localText(field.label, lang)
        const shown = required || type === 'checkbox' ? label : interpolate(words.optional, { label })
        const common = {
          id,
          name,
          required,
          'aria-invalid': fault ? ('true' as const) : undefined,
          'aria-describedby': fault && `${id}-fault`,
          onInput: () => review(field),
        }
        const complaint = fault && (
          <p class="fault" id={`${id}-fault`}>
            {words[fault]}
          </p>
        )
        if (type === 'checkbox') {
          return (
            <div key={name} class="entry">
              <div class="tick">
                <input type="checkbox" value="true" {...common} />
                <label for={id}>{linkedText(shown)}</label>
              </div>
              {complaint}
            </div>
          )
        }
        return (
          <div key={name} class="entry">
            <label for={id}>{linkedText(shown)}</label>
            {type === 'select' ? (
              <select {...common} defaultValue="">
                <option value="">{words.choose}</option>
                {choices.map((choice) => (
                  <option key={choice.value} value={choice.value}>
                    {localText(choice.label, lang) || choice.value}
                  </option>
                ))}
              </select>
            ) : type === 'textarea' ? (
              <textarea {...common} rows={3} maxLength={MAX_ANSWER} dir="auto" />
            ) : (
              <input
                {...common}
                // Or one of the other two, which have no other attributes.
                type={type as 'email'}
                maxLength={MAX_ANSWER}
                dir={type === 'text' ? 'auto' : dir === 'rtl' ? 'ltr' : undefined}
                autocomplete={AUTOCOMPLETE[type] ?? AUTOCOMPLETE[name] ?? 'off'}
              />
            )}
            {complaint}
          </div>
        )
      })}
      <div class="buttons">
        <button type="submit" class="main">
          {words.begin}
        </button>
      </div>
    </form>
  )
}
