import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { hasOwnKeyboard } from '../../platform/page/screen.ts'
import type { VoiceInputProps } from '../parts.ts'
import { createVoiceRecorder, type VoiceRecorder } from './voice-recorder.ts'

interface RecorderOfField {
  recorder: VoiceRecorder
  /** By the visitor, who goes on in the field. */
  cancel(): void
}

/** A recorder that is drawn again with each change of it, and puts what it understands behind the words in the field. */
export function useRecorder({ panel, text, input, onText }: VoiceInputProps): RecorderOfField {
  const { store, clock } = panel
  const [, redraw] = useState(0)
  const latest = useRef({ text, onText })
  latest.current = { text, onText }
  const made = useMemo(() => {
    const focusInput = () => {
      // On a phone that would call up the keyboard.
      if (hasOwnKeyboard()) input.current?.focus()
    }
    const recorder = createVoiceRecorder({
      transcribe: store.transcribe,
      onText(said) {
        const { text, onText } = latest.current
        onText([text.trimEnd(), said].filter(Boolean).join(' '))
        focusInput()
      },
      onChange: () => redraw((count) => count + 1),
      ...(clock && { clock }),
    })
    return {
      recorder,
      cancel() {
        recorder.cancel()
        focusInput()
      },
    }
  }, [])
  useEffect(() => made.recorder.cancel, [])
  return made
}
