import type { RefObject } from 'preact'
import { useCallback, useLayoutEffect, useRef } from 'preact/hooks'
import type { PanelContext } from '../panel-context.ts'
import { settleFocus as settle } from './focus-front.ts'

const canHaveFocus = (element: Element) => element.isConnected && !element.matches(':disabled, [hidden] *')

/**
 * Keeps the focus inside the panel when what had it is removed or disabled by what the visitor did with it: a keyboard goes on from
 * where the focus is, and a screen reader reads on from there.
 * @returns to be called after a button that is about to vanish: puts the focus where one would go on
 */
export function useKeptFocus(root: RefObject<HTMLElement | null>, panel: PanelContext): () => void {
  const latest = useRef(panel)
  latest.current = panel
  const settleFocus = useCallback(() => settle(root.current, latest.current), [])
  const held = useRef<Element>(undefined)
  useLayoutEffect(() => {
    const ending = new AbortController()
    // The field of the first frame has it already.
    held.current = root.current?.querySelector(':focus') ?? undefined
    root.current?.addEventListener('focusin', ({ target }) => (held.current = target as Element), ending)
    root.current?.addEventListener(
      'focusout',
      ({ target }) => {
        // The visitor went elsewhere, unless it is gone by the end of this change: some browsers tell of that, too.
        queueMicrotask(() => {
          if (held.current === target && canHaveFocus(target as Element)) held.current = undefined
        })
      },
      ending,
    )
    return () => ending.abort()
  }, [])
  useLayoutEffect(() => {
    const { current } = held
    if (!current || canHaveFocus(current)) return
    held.current = undefined
    const active = (root.current?.getRootNode() as ShadowRoot | undefined)?.activeElement
    if (!active || active === current) settleFocus()
  })
  return settleFocus
}
