/** What a visitor meets before the chat: consent, a form, or the word that nobody is there. It has the chat's own header. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { FormField } from '../../options/widget-options.ts'
import { linkedText } from '../linked-text.tsx'
import headerStyles from '../panel/header.css?inline'
import panelStyles from '../panel/panel.css?inline'
import type { PanelLayout } from '../panel-context.ts'
import { HandoffButton } from '../part-components.tsx'
import type { HandoffProps } from '../parts.ts'
import type { BeforeChatWords } from '../strings/before-chat-words.ts'
import type { Strings } from '../strings/strings.ts'
import baseStyles from '../theme/base.css?inline'
import { Icon, IconButton, type IconPath, icons } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import beforeStyles from './before-chat.css?inline'
import type { Answers } from './form-rules.ts'
import { VisitorForm } from './visitor-form.tsx'

const CLOCK: IconPath = 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM10 6v4.2l2.6 1.8'

/** What is asked now. */
export type BeforeStep =
  | { readonly type: 'consent'; readonly text: string }
  | { readonly type: 'form'; readonly fields: readonly FormField[] }
  /** In words, with the time when somebody is there again. */
  | { readonly type: 'closed'; readonly text: string }

export interface BeforeChatProps {
  readonly step: BeforeStep
  readonly words: BeforeChatWords
  readonly strings: Pick<Strings, 'close' | 'dir'>
  readonly lang: string
  readonly layout: PanelLayout
  /** What the chat is called. */
  readonly name: string
  readonly subtitle: string | undefined
  readonly icon: string | undefined
  /** There are words of the visitor's that wait. */
  readonly holdsWords: boolean
  /** What has just happened. */
  readonly notice: string | undefined
  /** The way to a person, and who hears that it was taken. */
  readonly handoff: HandoffProps['panel']['handoff']
  readonly emit: HandoffProps['panel']['emit']
  addStyles(css: string): void
  onClose(): void
  onAgree(): void
  onAnswers(answers: Answers): void
}

export function BeforeChat(props: BeforeChatProps) {
  const { step, words, strings, lang, layout, name, subtitle, icon, holdsWords, notice } = props
  const { handoff, emit, addStyles, onClose, onAgree, onAnswers } = props
  useStyles(props, baseStyles)
  useStyles(props, panelStyles)
  useStyles(props, headerStyles)
  useStyles(props, beforeStyles)
  const { dir } = strings
  const isClosed = step.type === 'closed'
  const [brokenIcon, setBrokenIcon] = useState<string>()
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef(step.type)
  useLayoutEffect(() => {
    // The button that was pressed is gone: the next thing is read from its beginning.
    if (shown.current !== step.type) heading.current?.focus({ preventScroll: true })
    shown.current = step.type
  }, [step.type])
  const title = { consent: words.title, form: words.details, closed: name }[step.type]

  return (
    <section
      class="panel"
      dir={dir}
      lang={lang}
      data-layout={layout}
      role={layout === 'inline' ? 'region' : 'dialog'}
      aria-label={name}
    >
      <div class="header" part="header">
        {icon && icon !== brokenIcon ? (
          <img class="avatar" part="icon" src={icon} alt="" onError={() => setBrokenIcon(icon)} />
        ) : (
          <span class="avatar" part="icon" aria-hidden="true">
            {[...name][0]}
          </span>
        )}
        <div class="titles">
          <h2 dir="auto">{name}</h2>
          {/* As in the chat that follows; where none does, an owner's "We answer at once" would be untrue. */}
          {subtitle && !isClosed && <p dir="auto">{subtitle}</p>}
        </div>
        {layout !== 'inline' && <IconButton path={icons.close} label={strings.close} onClick={onClose} />}
      </div>
      <div class="before" part="before" data-step={step.type}>
        <div key={step.type}>
          {notice && (
            <p class="notice" role="status">
              {notice}
            </p>
          )}
          {isClosed && <Icon path={CLOCK} />}
          {/* Of a closed chat it would say once more what stands in the header. */}
          <h3 class={isClosed ? 'hidden' : ''} ref={heading} tabIndex={-1} dir="auto">
            {title}
          </h3>
          {step.type !== 'form' && <p dir="auto">{linkedText(step.text)}</p>}
          {holdsWords && !isClosed && <p class="held">{words.held}</p>}
          {step.type === 'form' && (
            <VisitorForm fields={step.fields} words={words} lang={lang} dir={dir} onAnswers={onAnswers} />
          )}
          {isClosed && handoff && <HandoffButton panel={{ handoff, lang, emit, addStyles }} from="closed" />}
          {step.type === 'consent' && (
            <div class="buttons">
              <button type="button" class="main" onClick={onAgree}>
                {words.agree}
              </button>
              {layout !== 'inline' && (
                <button type="button" class="text-button" onClick={onClose}>
                  {words.notNow}
                </button>
              )}
            </div>
          )}
        </div>
      </div>
    </section>
  )
}
