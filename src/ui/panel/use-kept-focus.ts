import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

const canHaveFocus = (element: Element) => element.isConnected && !element.matches(':disabled, [hidden] *')

/**
 * Keeps the focus inside the panel when what had it is removed or disabled by what the visitor did with it: a keyboard goes on from
 * where the focus is, and a screen reader reads on from there.
 */
export function useKeptFocus(root: RefObject<HTMLElement | null>, settleFocus: () => void): void {
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
}
