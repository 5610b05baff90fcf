import { hasOwnKeyboard } from '../../platform/page/screen.ts'

/** Puts the keyboard where one would go on: in the list of conversations, in the field, or at what helps where nobody can write. */
export function focusFront(root: ParentNode | null): void {
  const places = [
    '.drawer button',
    // A field with the focus calls up a phone's keyboard, over half of what there is to read.
    hasOwnKeyboard() && '.composer:not([hidden]) textarea',
    '[data-fatal] .ways > :not(:disabled)',
    '[role=log]',
  ]
  const [front] = places.flatMap((place) => (place && root?.querySelector<HTMLElement>(place)) || [])
  front?.focus({ preventScroll: true })
}
