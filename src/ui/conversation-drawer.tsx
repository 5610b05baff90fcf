/** The list of conversations; a chunk of its own, since most visitors never open it. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChatState, ConversationSummary } from '../chat/chat-state.ts'
import { systemClock } from '../platform/clock.ts'
import { formatsFor } from './formats.ts'
import { Icon, IconButton } from './icons.tsx'
import type { PanelProps } from './panel-props.ts'

export interface ConversationDrawerProps {
  panel: PanelProps
  state: ChatState
  onClose(): void
}

export function ConversationDrawer({ panel, state, onClose }: ConversationDrawerProps) {
  const { strings, store } = panel
  const { items, loading, hasMore } = state.conversations
  const root = useRef<HTMLDivElement>(null)

  useEffect(() => {
    root.current?.querySelector('button')?.focus()
  }, [])

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
      <header class="header">
        <IconButton icon="back" label={strings.close} onClick={onClose} />
        <div class="titles">
          <h2>{strings.conversations}</h2>
        </div>
      </header>
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
      {loading && <p class="divider">{strings.connecting}</p>}
      {!loading && items.length === 0 && <p class="divider">{strings.noConversations}</p>}
      {!loading && hasMore && (
        <button type="button" class="text-button" onClick={() => store.loadConversations()}>
          {strings.loadMore}
        </button>
      )}
    </div>
  )
}

function ConversationItem(props: { panel: PanelProps; item: ConversationSummary; current: boolean; onOpen(): void }) {
  const { panel, item, current } = props
  const { strings, store } = panel
  const [mode, setMode] = useState<'shown' | 'renaming' | 'removing'>('shown')
  const title = item.title || strings.untitled
  const show = () => setMode('shown')

  if (mode === 'renaming') {
    return (
      <li>
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
          <IconButton icon="close" label={strings.cancel} onClick={show} />
          <button type="submit" class="icon-button" aria-label={strings.save} title={strings.save}>
            <Icon name="check" />
          </button>
        </form>
      </li>
    )
  }
  if (mode === 'removing') {
    return (
      <li>
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
    <li>
      <button type="button" class="open" aria-current={current ? 'true' : undefined} onClick={props.onOpen}>
        <span dir="auto">{title}</span>
        <time dateTime={new Date(item.updatedAt).toISOString()}>
          {formatsFor(panel.lang).day(item.updatedAt, (panel.clock ?? systemClock).now())}
        </time>
      </button>
      <IconButton icon="edit" label={`${strings.rename}: ${title}`} onClick={() => setMode('renaming')} />
      <IconButton icon="remove" label={`${strings.remove}: ${title}`} onClick={() => setMode('removing')} />
    </li>
  )
}
