import { useEffect, useRef } from 'preact/hooks'
import type { CompletePanel } from './panel-props.ts'

/** Opens a picture large; what shows it takes it along when it leaves the screen, as after a logout. */
export function useLightbox(panel: CompletePanel): (opener: HTMLElement, otherwise?: () => void) => void {
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
    import('./lightbox.tsx').then(({ openLightbox }) => {
      if (gone.current) return
      close.current?.()
      close.current = openLightbox(panel, opener)
    }, otherwise)
  }
}
