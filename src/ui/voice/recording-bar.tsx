import { useLayoutEffect, useRef } from 'preact/hooks'
import type { VoiceInputProps } from '../parts.ts'
import { IconButton, icons } from '../theme/icons.tsx'
import type { VoiceState } from './voice-recorder.ts'

const WAVE_BARS = 40

interface RecordingBarProps {
  panel: VoiceInputProps['panel']
  state: VoiceState
  onCancel(): void
  onFinish(): void
}

/** Over the field while something is recorded or transcribed. */
export function RecordingBar({ panel: { strings }, state, onCancel, onFinish }: RecordingBarProps) {
  const { phase, seconds, levels } = state
  const bar = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (phase === 'recording') bar.current?.querySelector<HTMLElement>('.round')?.focus()
  }, [phase])
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be one more box to undo
    <div ref={bar} class="voice" role="group" aria-label={strings.recording}>
      <IconButton path={icons.close} label={strings.cancel} onClick={onCancel} />
      {phase === 'recording' ? (
        <>
          <i class="live" />
          <Wave levels={levels} />
          <time>{`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`}</time>
          <IconButton class="round" path={icons.check} label={strings.finishRecording} onClick={onFinish} />
        </>
      ) : (
        <span class="hearing">{strings.transcribing}</span>
      )}
    </div>
  )
}

/** The newest sound is at the end of the line. */
function Wave({ levels }: Pick<VoiceState, 'levels'>) {
  const bars = Array.from({ length: WAVE_BARS }, (_, index) => levels.at(index - WAVE_BARS) ?? 0)
  const path = bars.map((level, index) => `M${index * 4 + 2} ${12 - level * 10}V${12.01 + level * 10}`).join('')
  return (
    <svg class="wave" viewBox={`0 0 ${WAVE_BARS * 4} 24`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  )
}
