/** A short form: each field has a label that stays, says in words what is wrong with it, and the first wrong one gets the focus. */
import { useRef, useState } from 'preact/hooks'
import type { FormField } from '../../options/widget-options.ts'
import type { BeforeChatWords } from '../strings/before-chat-words.ts'
import { FormEntry } from './form-entry.tsx'
import { type AnswerFault, type Answers, answerFault, cleanAnswers } from './form-rules.ts'

export interface VisitorFormProps {
  readonly fields: readonly FormField[]
  readonly words: BeforeChatWords
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  onAnswers(answers: Answers): void
}

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
      {fields.map((field, index) => (
        <FormEntry
          key={field.name}
          field={field}
          id={`before-${index}`}
          fault={faults[field.name]}
          words={words}
          lang={lang}
          dir={dir}
          onInput={() => review(field)}
        />
      ))}
      <div class="buttons">
        <button type="submit" class="main">
          {words.begin}
        </button>
      </div>
    </form>
  )
}
