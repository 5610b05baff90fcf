/** The microphone of the composer: hold it, or press it and press again. The recognised words are put into the field, to be read before they are sent. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { hasOwnKeyboard } from '../../platform/page/screen.ts'
import type { VoiceInputProps } from '../parts.ts'
import { formatsFor } from '../strings/formats.ts'
import { interpolate } from '../strings/interpolate.ts'
import { Icon, IconButton, type IconPath, icons } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import voiceStyles from './voice-input.css?inline'
import { canRecord, createVoiceRecorder, MAX_SECONDS, type VoiceProblem, type VoiceState } from './voice-recorder.ts'

const MICROPHONE: IconPath =
  'M10 3a2.3 2.3 0 0 0-2.3 2.3v4.4a2.3 2.3 0 0 0 4.6 0V5.3A2.3 2.3 0 0 0 10 3ZM5 9.5a5 5 0 0 0 10 0M10 14.5V17'
/** A shorter press is a click. */
const HOLD_MS = 500
const WAVE_BARS = 40

export function VoiceInput(props: VoiceInputProps) {
  return canRecord() ? <Microphone {...props} /> : null
}

function Microphone({ panel, text, input, onText }: VoiceInputProps) {
  useStyles(panel, voiceStyles)
  const { store, strings, clock } = panel
  const [, redraw] = useState(0)
  const latest = useRef({ text, onText })
  latest.current = { text, onText }
  const overlay = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const press = useRef<number>(undefined)

  const focusInput = () => {
    // On a phone that would call up the keyboard.
    if (hasOwnKeyboard()) input.current?.focus()
  }
  const recorder = useMemo(
    () =>
      createVoiceRecorder({
        transcribe: store.transcribe,
        onText(said) {
          const { text, onText } = latest.current
          onText([text.trimEnd(), said].filter(Boolean).join(' '))
          focusInput()
        },
        onChange: () => redraw((count) => count + 1),
        ...(clock && { clock }),
      }),
    [],
  )
  const state = recorder.getState()
  const { phase, problem } = state
  const active = phase !== 'idle'
  const cancel = () => {
    recorder.cancel()
    focusInput()
  }

  useEffect(() => recorder.cancel, [])

  useLayoutEffect(() => {
    if (phase === 'recording') overlay.current?.querySelector<HTMLElement>('.round')?.focus()
  }, [phase])

  // A chat that is out of sight must not record.
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
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would be one more box to undo
        <div ref={overlay} class="voice" role="group" aria-label={strings.recording}>
          <IconButton path={icons.close} label={strings.cancel} onClick={cancel} />
          {phase === 'recording' ? (
            <>
              <i class="live" />
              <Wave levels={state.levels} />
              <time>{`${Math.floor(state.seconds / 60)}:${String(state.seconds % 60).padStart(2, '0')}`}</time>
              <IconButton class="round" path={icons.check} label={strings.finishRecording} onClick={recorder.finish} />
            </>
          ) : (
            <span class="hearing">{strings.transcribing}</span>
          )}
        </div>
      )}
      <span class="hidden" role="status">
        {phase === 'recording' && strings.recording}
        {phase === 'transcribing' && strings.transcribing}
      </span>
      {(problem || (state.full && !active)) && (
        <div class="above hint" role="alert">
          <Icon path={icons.alert} />
          <p>{sentence(problem, panel)}</p>
          {problem === 'unclear' && (
            <button type="button" class="text-button" onClick={recorder.retry}>
              {strings.retry}
            </button>
          )}
          <IconButton path={icons.close} label={strings.dismiss} onClick={cancel} />
        </div>
      )}
    </>
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
