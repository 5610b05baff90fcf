/** What may be sent of a form before the chat. Pure. */
import type { FormField } from '../../options/widget-options.ts'

/** Characters that the gateway lets pass, and as many as an answer to a field needs. */
export const MAX_ANSWER = 1_000

/** What is wrong with an answer; names a key of the words. */
export type AnswerFault = 'missing' | 'missingChoice' | 'missingTick' | 'badEmail'

/** By the names of the fields. */
export type Answers = Readonly<Record<string, string>>

/** No more than browsers ask of `type=email`, and a dot in the name of the host. */
const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/

/** @param value of a checkbox: `true` or `false` */
export function answerFault({ type = 'text', required = false }: FormField, value: string): AnswerFault | undefined {
  const text = value.trim()
  if (type === 'checkbox') return required && text !== 'true' ? 'missingTick' : undefined
  if (text === '') return required ? (type === 'select' ? 'missingChoice' : 'missing') : undefined
  return type === 'email' && !EMAIL.test(text) ? 'badEmail' : undefined
}

/** Without what was left empty. */
export function cleanAnswers(fields: readonly FormField[], values: Answers): Answers {
  const entries = fields.map(({ name }) => [name, (values[name] ?? '').trim().slice(0, MAX_ANSWER)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

/** @returns what is wrong with the fields, for the site's owner; undefined when nothing is */
export function formFault(fields: unknown): string | undefined {
  if (!Array.isArray(fields) || fields.length === 0) return 'form must be a list of fields.'
  const seen = new Set<unknown>()
  for (const field of fields as Partial<FormField>[]) {
    const { name, label, type, choices } = field ?? {}
    if (typeof name !== 'string' || name === '')
      return 'form: every field needs a name, that of a variable of the agent.'
    if (seen.has(name)) return `form: two fields are called "${name}".`
    seen.add(name)
    if (!label) return `form: the field "${name}" needs a label.`
    if (type === 'select' && !(Array.isArray(choices) && choices.length))
      return `form: the field "${name}" is a select and needs choices.`
  }
  return undefined
}
