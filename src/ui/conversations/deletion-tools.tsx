/** Below the list of conversations: the visitor deletes all of them, or takes their consent back. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { PanelNote } from '../panel-context.ts'
import type { DeletionToolsProps } from '../parts.ts'
import { deletionWords } from '../strings/deletion-words.ts'
import { interpolate } from '../strings/interpolate.ts'
import { Icon, type IconPath } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import deletionStyles from './deletion.css?inline'

const REMOVE: IconPath = 'M4 6h12M8 6V4h4v2M5.5 6l.7 10h7.6l.7-10'
const WITHDRAW: IconPath = 'M3 10a7 7 0 1 0 2-5L3 7M3 3v4h4'

/** `failed`: how many are left; `Infinity` where nobody knows. */
type Phase =
  | { readonly type: 'idle' }
  | { readonly type: 'asking' }
  | { readonly type: 'deleting'; readonly count: number }
  | { readonly type: 'failed'; readonly left: number }

/** Until the first question of the chat that begins then. */
function createFarewell(words: string, Before: PanelNote | undefined): PanelNote {
  return (props) => (
    <>
      {props.state.messages.length === 0 && (
        <p class="footnote" role="status">
          {words}
        </p>
      )}
      {Before && <Before {...props} />}
    </>
  )
}

export function DeletionTools({ panel }: DeletionToolsProps) {
  useStyles(panel, deletionStyles)
  const { store, lang, strings, ownWords, forget, onWithdraw, Note } = panel
  const words = deletionWords({ lang, strings: ownWords })
  const [phase, setPhase] = useState<Phase>({ type: 'idle' })
  const place = useRef<HTMLDivElement>(null)
  const before = useRef(phase.type)
  useLayoutEffect(() => {
    // The button that was pressed is gone, and the focus with it. Deleting needs a second thought: the other button is the nearer one.
    if (before.current !== phase.type) place.current?.querySelector<HTMLElement>('button, [tabindex]')?.focus()
    before.current = phase.type
  }, [phase.type])

  const start = async () => {
    setPhase({ type: 'deleting', count: 0 })
    const left = await store.deleteAllConversations((count) => setPhase({ type: 'deleting', count }))
    if (left > 0) return setPhase({ type: 'failed', left })
    // The chat begins anew, and this list is gone.
    forget?.(createFarewell(words.done, Note))
  }

  if (!forget) return null
  if (phase.type === 'idle') {
    return (
      <div class="rights" ref={place}>
        <button type="button" class="tool" onClick={() => setPhase({ type: 'asking' })}>
          <Icon path={REMOVE} />
          <span>{words.deleteAll}</span>
        </button>
        {onWithdraw && (
          <button type="button" class="tool" onClick={onWithdraw}>
            <Icon path={WITHDRAW} turn="flips" />
            <span>{words.withdraw}</span>
          </button>
        )}
      </div>
    )
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be one more box to undo
    <div
      class="deletion"
      role="group"
      aria-label={words.deleteAll}
      ref={place}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || phase.type === 'deleting') return
        event.stopPropagation()
        setPhase({ type: 'idle' })
      }}
    >
      {phase.type === 'asking' && <p>{words.confirm}</p>}
      {phase.type === 'deleting' && (
        <p role="status" tabIndex={-1}>
          {interpolate(words.deleting, { count: phase.count.toLocaleString(lang) })}
        </p>
      )}
      {phase.type === 'failed' && (
        <p role="alert">
          {Number.isFinite(phase.left)
            ? interpolate(words.partly, { count: phase.left.toLocaleString(lang) })
            : words.failed}
        </p>
      )}
      {phase.type !== 'deleting' && (
        <>
          <button type="button" class="text-button" onClick={() => setPhase({ type: 'idle' })}>
            {strings.cancel}
          </button>
          <button type="button" class="text-button danger" onClick={() => void start()}>
            {phase.type === 'failed' ? strings.retry : words.confirmed}
          </button>
        </>
      )}
    </div>
  )
}
