import type { WidgetHost } from '../element/widget-contract.ts'
import { type FocusPlace, openingFocus } from '../options/focus-on-open.ts'
import type { ResolvedOptions } from '../options/resolve-options.ts'

/**
 * Where the focus goes when what the panel shows comes later than the panel. Undefined: it stays where it is, as with a closed panel, with
 * an inline chat, which is part of the page, and with whoever went on elsewhere on the page meanwhile.
 */
export function arrivalFocus({ element, isOpen }: WidgetHost, options: ResolvedOptions): FocusPlace | undefined {
  if (options.inline || !isOpen()) return
  const { activeElement } = element.getRootNode() as Document | ShadowRoot
  const isElsewhere = activeElement && activeElement !== document.body && !element.contains(activeElement)
  return isElsewhere ? undefined : openingFocus(options)
}
