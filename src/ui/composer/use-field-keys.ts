import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

interface FieldKeys {
  /** Something in the form of the field. */
  within: RefObject<HTMLButtonElement | null>
  input: RefObject<HTMLTextAreaElement | null>
  /** @returns whether the key was meant for whoever listens here; nobody else hears of it then */
  onKey(event: KeyboardEvent, field: HTMLTextAreaElement): boolean
  /** The focus has left something in the form. */
  onLeave(): void
}

/** Hears the keys in the field before the field and the panel do. */
export function useFieldKeys({ within, input, onKey, onLeave }: FieldKeys): void {
  const latest = useRef(onKey)
  latest.current = onKey
  useLayoutEffect(() => {
    const form = within.current?.form
    if (!form) return
    const leaving = new AbortController()
    form.addEventListener(
      'keydown',
      (event) => {
        const field = input.current
        if (!field || event.target !== field || !latest.current(event, field)) return
        event.preventDefault()
        event.stopPropagation()
      },
      { capture: true, signal: leaving.signal },
    )
    form.addEventListener('focusout', onLeave, leaving)
    return () => leaving.abort()
  }, [])
}
