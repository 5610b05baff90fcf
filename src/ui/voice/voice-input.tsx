/** The microphone of the composer: hold it, or press it and press again. The recognised words are put into the field, to be read before they are sent. */

import { useRef } from 'preact/hooks'
import type { VoiceInputProps } from '../parts.ts'
import { Icon, type IconPath } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import { RecordingBar } from './recording-bar.tsx'
import { useRecorder } from './use-recorder.ts'
import { useRecordingEnds } from './use-recording-ends.ts'
import { VoiceHint } from './voice-hint.tsx'
import voiceStyles from './voice-input.css?inline'
import { canRecord } from './voice-recorder.ts'

const MICROPHONE: IconPath =
  'M10 3a2.3 2.3 0 0 0-2.3 2.3v4.4a2.3 2.3 0 0 0 4.6 0V5.3A2.3 2.3 0 0 0 10 3ZM5 9.5a5 5 0 0 0 10 0M10 14.5V17'
/** A shorter press is a click. */
const HOLD_MS = 500

export function VoiceInput(props: VoiceInputProps) {
  return canRecord() ? <Microphone {...props} /> : null
}

function Microphone(props: VoiceInputProps) {
  const { panel } = props
  useStyles(panel, voiceStyles)
  const { strings } = panel
  const button = useRef<HTMLButtonElement>(null)
  const press = useRef<number>(undefined)
  const { recorder, cancel } = useRecorder(props)
  const state = recorder.getState()
  const { phase, problem } = state
  const active = phase !== 'idle'
  useRecordingEnds(active, button, { recorder, cancel })

  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button folds microphone"
        aria-label={strings.recordVoice}
        title={strings.recordVoice}
        aria-pressed={active}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          press.current = event.timeStamp
          void recorder.start()
        }}
        onPointerUp={(event) => {
          const held = press.current !== undefined && event.timeStamp - press.current >= HOLD_MS
          if (held && recorder.getState().phase === 'recording') recorder.finish()
        }}
        onClick={() => {
          // A press by finger or mouse has started it already.
          if (press.current === undefined) void recorder.start()
          press.current = undefined
        }}
        onContextMenu={(event) => event.preventDefault()}
      >
        <Icon path={MICROPHONE} />
      </button>
      {(phase === 'recording' || phase === 'transcribing') && (
        <RecordingBar panel={panel} state={state} onCancel={cancel} onFinish={recorder.finish} />
      )}
      <span class="hidden" role="status">
        {phase === 'recording' && strings.recording}
        {phase === 'transcribing' && strings.transcribing}
      </span>
      {(problem || (state.full && !active)) && (
        <VoiceHint panel={panel} problem={problem} onRetry={recorder.retry} onDismiss={cancel} />
      )}
    </>
  )
}
