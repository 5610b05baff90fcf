/** The list of conversations; a chunk of its own, since most visitors never open it. */
import { h } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ChatState, ConversationSummary } from '../chat/chat-state.ts'
import { systemClock } from '../platform/clock.ts'
import drawerStyles from './conversation-drawer.css?inline'
import { formatsFor } from './formats.ts'
import { Icon, IconButton, type IconPath, icons } from './icons.tsx'
import type { CompletePanel } from './panel-props.ts'
import { isLarge, setLarge } from './window-size.ts'

const BACK: IconPath = 'M12 5.5L7.5 10l4.5 4.5'
const CLEAR: IconPath = 'M3.5 16.5h13M8 3.5l8 8-3.5 3.5H8L4.5 11.5Z'
const SAVE: IconPath = 'M10 3.5v9M6 9l4 4 4-4M4 16.5h12'
const ENLARGE: IconPath = 'M11.5 4H16v4.5M16 4l-5 5M8.5 16H4v-4.5M4 16l5-5'
const SHRINK: IconPath = 'M15.5 9H11V4.5M11 9l5-5M4.5 11H9v4.5M9 11l-5 5'
const EDIT: IconPath = 'M4 16l.8-3.4 8.6-8.6a1.7 1.7 0 0 1 2.5 2.5l-8.6 8.7Z'
const REMOVE: IconPath = 'M4 6h12M8 6V4h4v2M5.5 6l.7 10h7.6l.7-10'

export interface ConversationDrawerProps {
  panel: CompletePanel
  state: ChatState
  onClose(): void
}

export function ConversationDrawer({ panel, state, onClose }: ConversationDrawerProps) {
  const { strings, store } = panel
  const { items, loading, hasMore } = state.conversations
  const root = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => panel.addStyles(drawerStyles), [])
  useLayoutEffect(() => {
    // At first, and when a conversation was deleted with the button that had the focus: Escape is heard where the focus is.
    const { current } = root
    if (!current?.contains((current.getRootNode() as ShadowRoot).activeElement))
      current?.querySelector('button')?.focus()
  }, [items.length])

  return (
    <div
      class="drawer"
      part="conversations"
      role="dialog"
      aria-label={strings.conversations}
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      <div class="header">
        <IconButton path={BACK} turn="flips" label={strings.backToChat} onClick={onClose} />
        <div class="titles">
          <h2>{strings.conversations}</h2>
        </div>
      </div>
      <ul aria-busy={loading}>
        {items.map((item) => (
          <ConversationItem
            key={item.id}
            panel={panel}
            item={item}
            current={item.id === state.conversationId}
            onOpen={() => {
              store.openConversation(item.id)
              onClose()
            }}
          />
        ))}
      </ul>
      {loading && <p>{strings.connecting}</p>}
      {!loading && items.length === 0 && <p>{strings.noConversations}</p>}
      {!loading && hasMore && (
        <button type="button" class="text-button" onClick={() => store.loadConversations(true)}>
          {strings.loadMore}
        </button>
      )}
      <Tools panel={panel} state={state} onClose={onClose} />
    </div>
  )
}

/** What can be done with the conversation on screen, and with the window it is in. */
function Tools({ panel, state, onClose }: ConversationDrawerProps) {
  const { strings, store } = panel
  const root = useRef<HTMLDivElement>(null)
  const [saving, setSaving] = useState<'begun' | 'failed'>()
  const [large, setLargeShown] = useState(isLarge)
  const spoken = state.phase === 'ready' && state.messages.length > 0

  const save = async () => {
    setSaving('begun')
    const saved = await import('./save-conversation.ts')
      .then(({ saveConversation }) => saveConversation(store, panel))
      .catch(() => false)
    setSaving(saved ? undefined : 'failed')
  }

  return (
    <div class="tools" ref={root}>
      {saving === 'failed' && <p role="alert">{strings.saveFailed}</p>}
      {spoken && (
        <Tool path={SAVE} label={strings.saveConversation} busy={saving === 'begun'} onClick={() => void save()} />
      )}
      {spoken && (
        <Tool
          path={CLEAR}
          label={strings.clearContext}
          onClick={() => {
            store.clearContext()
            onClose()
          }}
        />
      )}
      {panel.layout === 'floating' && (
        <Tool
          path={large ? SHRINK : ENLARGE}
          label={large ? strings.shrink : strings.enlarge}
          onClick={() => {
            const frame = root.current?.closest<HTMLElement>('.frame')
            if (frame) setLarge(frame, !large)
            setLargeShown(!large)
          }}
        />
      )}
    </div>
  )
}

function Tool(props: { path: IconPath; label: string; busy?: boolean; onClick(): void }) {
  const { path, label, busy = false, onClick } = props
  return (
    <button type="button" class="tool" disabled={busy} aria-busy={busy} onClick={onClick}>
      <Icon path={path} />
      <span>{label}</span>
    </button>
  )
}

function ConversationItem(props: {
  panel: CompletePanel
  item: ConversationSummary
  current: boolean
  onOpen(): void
}) {
  const { panel, item, current } = props
  const { strings, store } = panel
  const [mode, setMode] = useState<'shown' | 'renaming' | 'removing'>('shown')
  const title = item.title || strings.untitled
  const show = () => setMode('shown')
  const line = useRef<HTMLLIElement>(null)
  const changed = useRef(false)
  useLayoutEffect(() => {
    // The button that was pressed is gone.
    if (changed.current) line.current?.querySelector<HTMLElement>('input, button')?.focus()
    changed.current = true
  }, [mode])

  if (mode === 'renaming') {
    return (
      <li ref={line}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const name = String(new FormData(event.currentTarget).get('name') ?? '').trim()
            if (name && name !== item.title) store.renameConversation(item.id, name)
            show()
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            event.stopPropagation()
            show()
          }}
        >
          <input
            name="name"
            defaultValue={item.title}
            maxLength={100}
            aria-label={strings.rename}
            ref={(input) => input?.select()}
          />
          <IconButton path={icons.close} label={strings.cancel} onClick={show} />
          <IconButton type="submit" path={icons.check} label={strings.save} />
        </form>
      </li>
    )
  }
  if (mode === 'removing') {
    return (
      <li ref={line}>
        <span class="question">{strings.confirmRemove}</span>
        <button type="button" class="text-button" onClick={show}>
          {strings.cancel}
        </button>
        <button type="button" class="text-button danger" onClick={() => store.deleteConversation(item.id)}>
          {strings.remove}
        </button>
      </li>
    )
  }
  return (
    <li ref={line}>
      <button type="button" class="open" aria-current={current ? 'true' : undefined} onClick={props.onOpen}>
        <span dir="auto">{title}</span>
        <time dateTime={new Date(item.updatedAt).toISOString()}>
          {formatsFor(panel.lang).day(item.updatedAt, (panel.clock ?? systemClock).now())}
        </time>
      </button>
      <IconButton path={EDIT} label={`${strings.rename}: ${title}`} onClick={() => setMode('renaming')} />
      <IconButton path={REMOVE} label={`${strings.remove}: ${title}`} onClick={() => setMode('removing')} />
    </li>
  )
}
