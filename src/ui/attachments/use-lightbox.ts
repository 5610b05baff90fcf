import { useEffect, useRef } from 'preact/hooks'
import type { PanelContext } from '../panel-context.ts'
import { useParts } from '../use-part.ts'

/**
 * Opens pictures large. When the component that calls it leaves the screen, as after a logout, the open picture is closed.
 * @returns a function with the pressed element, and with what to do where pictures cannot be shown large
 */
export function useLightbox(panel: PanelContext): (opener: HTMLElement, otherwise?: () => void) => void {
  const parts = useParts()
  const close = useRef<(() => void) | undefined>(undefined)
  const gone = useRef(false)
  useEffect(
    () => () => {
      gone.current = true
      close.current?.()
    },
    [],
  )
  return (opener, otherwise) => {
    parts?.attachments.load().then(({ openLightbox }) => {
      if (gone.current) return
      close.current?.()
      close.current = openLightbox(panel, opener)
    }, otherwise)
  }
}
