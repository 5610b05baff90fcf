import type { FocusPlace } from '../../options/focus-on-open.ts'
import { hasOwnKeyboard } from '../../platform/page/screen.ts'
import type { PanelContext } from '../panel-context.ts'

/** Puts the keyboard where one would go on: in the list of conversations, in the field, or at what helps where nobody can write. */
export function focusFront(root: ParentNode | null, place: FocusPlace): void {
  const selectors = [
    '.drawer button',
    place === 'field' && '.composer:not([hidden]) textarea',
    '[data-fatal] .ways > :not(:disabled)',
    '[role=log]',
  ]
  const [front] = selectors.flatMap((selector) => (selector && root?.querySelector<HTMLElement>(selector)) || [])
  front?.focus({ preventScroll: true })
}

/** Where what had the focus is gone: that calls up no phone's keyboard. */
export function settleFocus(root: ParentNode | null, { focusOnOpen }: Pick<PanelContext, 'focusOnOpen'>): void {
  focusFront(root, focusOnOpen !== 'never' && hasOwnKeyboard() ? 'field' : 'panel')
}
