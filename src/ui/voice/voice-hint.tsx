import type { VoiceInputProps } from '../parts.ts'
import { formatsFor } from '../strings/formats.ts'
import { interpolate } from '../strings/interpolate.ts'
import { Icon, IconButton, icons } from '../theme/icons.tsx'
import { MAX_SECONDS, type VoiceProblem } from './voice-recorder.ts'

interface VoiceHintProps {
  panel: VoiceInputProps['panel']
  /** Absent where the recording was only ended because it had become too long. */
  problem: VoiceProblem | undefined
  onRetry(): void
  onDismiss(): void
}

/** Why a recording has not become words, or not all of it. */
export function VoiceHint({ panel, problem, onRetry, onDismiss }: VoiceHintProps) {
  const { strings } = panel
  return (
    <div class="above hint" role="alert">
      <Icon path={icons.alert} />
      <p>{sentence(problem, panel)}</p>
      {problem === 'unclear' && (
        <button type="button" class="text-button" onClick={onRetry}>
          {strings.retry}
        </button>
      )}
      <IconButton path={icons.close} label={strings.dismiss} onClick={onDismiss} />
    </div>
  )
}

function sentence(problem: VoiceProblem | undefined, { strings, lang }: VoiceInputProps['panel']): string {
  if (problem === undefined)
    return interpolate(strings.recordingFull, { duration: formatsFor(lang).seconds(MAX_SECONDS) })
  return {
    blocked: strings.microphoneBlocked,
    missing: strings.microphoneMissing,
    failed: strings.microphoneFailed,
    silent: strings.nothingHeard,
    unclear: strings.transcriptionFailed,
  }[problem]
}
