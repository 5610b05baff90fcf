/** What a visitor has to answer before the chat begins, and whether they have. The order: is anybody there, consent, form. */
import type { SessionDetail } from '../../element/chat-widget.ts'
import { CozeChatError } from '../../errors.ts'
import type { ResolvedOptions } from '../../options/resolve-options.ts'
import { agentKey } from '../../options/widget-options.ts'
import { awayText } from '../../ui/before-chat/away-text.ts'
import type { BeforeStep } from '../../ui/before-chat/before-chat.tsx'
import { type Answers, formFault } from '../../ui/before-chat/form-rules.ts'
import { hoursFault } from '../../ui/before-chat/opening-hours.ts'
import type { BeforeChatWords } from '../../ui/strings/before-chat-words.ts'
import type { ChangeReason } from '../../visitor/visitor-state.ts'
import { createConditionMemory } from './condition-memory.ts'

export interface Conditions {
  /** What is to be asked now. Undefined: nothing speaks against the chat, and {@link Conditions.answers} are those of the visitor. */
  nextStep(): BeforeStep | undefined
  agree(): void
  answer(answers: Answers): void
  /** What was filled in, by the names of the fields; the same object for ever. */
  readonly answers: Readonly<Record<string, string>>
  /** Somebody has agreed. */
  readonly isAgreed: boolean
  /** The server has named the visitor. False: what was answered was somebody else's, and has to be asked again. */
  admits(visitor: SessionDetail): boolean
  /** The visitor has changed. True: what was answered has gone with them. */
  left(reason: ChangeReason): boolean
  forget(): void
}

/** @param onFault told of what the owner wrote in a way that nobody can read; it keeps no visitor out */
export function createConditions(
  options: ResolvedOptions,
  words: BeforeChatWords,
  onFault: (error: CozeChatError) => void,
): Conditions {
  const { consent = '', session: scope, lang } = options
  const agent = agentKey(options)
  const consents = createConditionMemory({ name: 'consent', agent, scope, follows: true })
  // What is in a form is about a person: it is not kept beyond this visit.
  const forms = createConditionMemory({ name: 'form', agent, scope: 'tab', follows: false })
  const fields = readable(options.form, formFault)
  const hours = readable(options.hours, hoursFault)
  const askedForm = JSON.stringify(fields ?? '')
  const answers: Record<string, string> = {}
  /** The server has named somebody since the last change of visitor. */
  let isNamed = false

  function readable<Value>(value: Value | undefined, faultOf: (value: Value) => string | undefined): Value | undefined {
    const fault = value && faultOf(value)
    if (fault) onFault(new CozeChatError('invalid_options', fault))
    return fault ? undefined : value
  }

  const isAgreed = () => consents.recall(consent) !== undefined

  function forget(): void {
    consents.forget()
    forms.forget()
    for (const name of Object.keys(answers)) delete answers[name]
  }

  return {
    nextStep() {
      const text = hours?.mayWrite === false ? awayText(hours, Date.now(), words, { lang }) : undefined
      if (text !== undefined) return { type: 'closed', text }
      if (consent && !isAgreed()) return { type: 'consent', text: consent }
      const kept = forms.recall(askedForm)
      if (fields && kept === undefined) return { type: 'form', fields }
      Object.assign(answers, JSON.parse(kept ?? '{}') as Answers)
      return undefined
    },
    agree: () => consents.keep(consent, 'given'),
    answer: (given) => forms.keep(askedForm, JSON.stringify(given)),
    answers,
    get isAgreed() {
      return isAgreed()
    },
    admits(visitor) {
      isNamed = true
      return [consents, forms].map((memory) => memory.belongsTo(visitor)).every(Boolean)
    },
    left(reason) {
      // As in `visitor-state.ts`: a page that identifies its user at each load has not changed its visitor.
      const mayBeTheSame = !isNamed && (reason === 'login' || reason === 'copied-tab')
      isNamed = false
      if (!mayBeTheSame) forget()
      return !mayBeTheSame
    },
    forget,
  }
}
