import type { WidgetHost } from '../../element/widget-contract.ts'
import type { ResolvedOptions } from '../../options/resolve-options.ts'

/**
 * Whether what is drawn later than its panel may have the focus. Not in a closed panel, not in an inline chat, which is part of the page, and
 * not when the visitor went on elsewhere on the page meanwhile.
 */
export function mayTakeFocus({ element, isOpen }: WidgetHost, { inline }: ResolvedOptions): boolean {
  const { activeElement } = element.getRootNode() as Document | ShadowRoot
  const isElsewhere = activeElement && activeElement !== document.body && !element.contains(activeElement)
  return isOpen() && !inline && !isElsewhere
}
