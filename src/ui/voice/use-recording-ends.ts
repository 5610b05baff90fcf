import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'
import type { VoiceRecorder } from './voice-recorder.ts'

/** A chat that is out of sight must not record, and Escape ends a recording wherever the focus is. */
export function useRecordingEnds(
  active: boolean,
  button: RefObject<HTMLElement | null>,
  { recorder, cancel }: { recorder: VoiceRecorder; cancel(): void },
): void {
  useEffect(() => {
    const root = button.current?.getRootNode()
    if (!active || !button.current || !root) return
    const leaving = new AbortController()
    const onKey = (event: Event) => {
      if (!(event instanceof KeyboardEvent) || event.key !== 'Escape') return
      event.stopPropagation()
      cancel()
    }
    root.addEventListener('keydown', onKey, { capture: true, signal: leaving.signal })
    document.addEventListener('visibilitychange', () => document.hidden && recorder.finish(), leaving)
    // A closed panel is inert.
    const frame = button.current.closest('.panel')?.parentElement
    const closing = new MutationObserver(() => {
      if (frame?.inert) recorder.cancel()
    })
    if (frame) closing.observe(frame, { attributeFilter: ['inert'] })
    return () => {
      leaving.abort()
      closing.disconnect()
    }
  }, [active])
}
