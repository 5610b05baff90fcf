/** The option `focusOnOpen`: where the focus goes when the chat opens. */
import { hasOwnKeyboard } from '../platform/page/screen.ts'
import type { ChatWidgetOptions } from './widget-options.ts'

/** `panel`: into the chat, beside its field. */
export type FocusPlace = 'field' | 'panel'

/** A field with the focus calls up a phone's keyboard, over half of what there is to read. */
export function openingFocus({ focusOnOpen }: Pick<ChatWidgetOptions, 'focusOnOpen'>): FocusPlace {
  return focusOnOpen === 'always' || (focusOnOpen !== 'never' && hasOwnKeyboard()) ? 'field' : 'panel'
}
