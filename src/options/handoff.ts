/** The way from the agent to a person: the option `handoff`. */
import type { ErrorCode } from '../errors.ts'
import { type Localized, localized } from './localized.ts'

export interface HandoffContext {
  /** Where it was pressed: at the top of the chat, beside a failure, beside an answer that was rated bad, or where nobody may write now. */
  readonly from: 'header' | 'problem' | 'dislike' | 'closed'
  /** Of the failure. */
  readonly code?: ErrorCode
}

export interface Handoff {
  readonly label: string | Localized<string>
  /** Address of an image. Default: a drawn figure. */
  readonly icon?: string | undefined
  /** A page, which opens in a tab of its own, or an address such as `mailto:help@shop.example` or `tel:+4930123`. */
  readonly url?: string | undefined
  /** Called when it is pressed, with or without `url`. */
  readonly onClick?: ((context: HandoffContext) => void) | undefined
}

/**
 * @param given as the owner wrote it; as text `Talk to us | mailto:help@shop.example`
 * @param lang BCP 47, of the label
 * @returns undefined for what has no label, or leads nowhere
 */
export function readHandoff(given: string | Handoff, lang: string): (Handoff & { readonly label: string }) | undefined {
  const [, text = '', address = ''] = typeof given === 'string' ? (/^(.*)[|｜](.*)$/s.exec(given) ?? []) : []
  const handoff = typeof given === 'string' ? { label: text.trim(), url: address.trim() } : given
  const label = localized(handoff.label, lang)
  return label && (handoff.url || handoff.onClick) ? { ...handoff, label } : undefined
}
