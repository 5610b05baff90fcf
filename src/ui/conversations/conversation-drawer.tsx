/** The list of conversations: open, search, rename and delete them. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ConversationSummary } from '../../chat/chat-state.ts'
import { systemClock } from '../../platform/clock.ts'
import type { PanelContext } from '../panel-context.ts'
import { DeletionTools } from '../part-components.tsx'
import type { ConversationDrawerProps } from '../parts.ts'
import { formatsFor } from '../strings/formats.ts'
import { timeOfDay } from '../strings/time-of-day.ts'
import { IconButton, type IconPath, icons } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import drawerStyles from './conversation-drawer.css?inline'
import { deleteConversation } from './delete-conversation.ts'
import { REMOVE } from './icons.ts'

const BACK: IconPath = 'M12 5.5L7.5 10l4.5 4.5'

/** With fewer, all of them are on screen. */
const SEARCH_FROM = 6

export function ConversationDrawer({ panel, state, onClose, onNewConversation }: ConversationDrawerProps) {
  const { strings, store, lang } = panel
  const { items, loading, hasMore } = state.conversations
  const root = useRef<HTMLDivElement>(null)
  const [wanted, setWanted] = useState('')
  const words = wanted.trim().toLocaleLowerCase(lang)
  const found = items.filter(({ title }) => (title || strings.untitled).toLocaleLowerCase(lang).includes(words))

  useStyles(panel, drawerStyles)
  useLayoutEffect(() => {
    // The list covers the chat: what lies under it can neither be tabbed to nor read. What speaks up goes on speaking.
    const covered = [...(root.current?.parentElement?.children ?? [])].filter(
      (node) => node !== root.current && !node.hasAttribute('aria-live'),
    )
    for (const node of covered) node.toggleAttribute('inert', true)
    return () => {
      for (const node of covered) node.toggleAttribute('inert', false)
    }
  }, [])
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
        <IconButton
          path={icons.compose}
          label={strings.newConversation}
          onClick={() => {
            onClose()
            onNewConversation()
          }}
        />
      </div>
      {(items.length >= SEARCH_FROM || wanted) && (
        <input
          type="search"
          class="search"
          dir="auto"
          value={wanted}
          placeholder={strings.searchConversations}
          aria-label={strings.searchConversations}
          onInput={(event) => setWanted(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || !wanted) return
            event.stopPropagation()
            setWanted('')
          }}
        />
      )}
      <ul aria-busy={loading}>
        {found.map((item) => (
          <ConversationItem
            key={item.id}
            panel={panel}
            item={item}
            current={item.id === state.conversationId}
            onOpen={() => {
              store.openConversation(item.id)
              panel.emit?.('conversation', { action: 'open', id: item.id })
              onClose()
            }}
          />
        ))}
      </ul>
      {loading && <p>{strings.connecting}</p>}
      {!loading && items.length === 0 && <p>{strings.noConversations}</p>}
      {words && found.length === 0 && <p role="status">{strings.nothingFound}</p>}
      {!loading && hasMore && (
        <button type="button" class="text-button" onClick={() => store.loadConversations(true)}>
          {strings.loadMore}
        </button>
      )}
      <div class="tools">
        <DeletionTools panel={panel} />
      </div>
    </div>
  )
}

function ConversationItem(props: { panel: PanelContext; item: ConversationSummary; current: boolean; onOpen(): void }) {
  const { panel, item, current } = props
  const { strings, store } = panel
  const [mode, setMode] = useState<'shown' | 'renaming' | 'removing'>('shown')
  const title = item.title || strings.untitled
  const show = () => setMode('shown')
  /** One layer a press: the list stays. */
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    show()
  }
  const line = useRef<HTMLLIElement>(null)
  const changed = useRef(false)
  useLayoutEffect(() => {
    // The button that was pressed is gone, and the focus with it.
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
            if (name && name !== item.title) {
              store.renameConversation(item.id, name)
              panel.emit?.('conversation', { action: 'rename', id: item.id })
            }
            show()
          }}
          onKeyDown={onKeyDown}
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
      <li ref={line} onKeyDown={onKeyDown}>
        <span class="question">{strings.confirmRemove}</span>
        <button type="button" class="text-button" onClick={show}>
          {strings.cancel}
        </button>
        <button type="button" class="text-button danger" onClick={() => deleteConversation(panel, item.id)}>
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
          {` · ${timeOfDay(item.updatedAt, panel.lang)}`}
        </time>
      </button>
      <IconButton path={icons.edit} label={`${strings.rename}: ${title}`} onClick={() => setMode('renaming')} />
      <IconButton path={REMOVE} label={`${strings.remove}: ${title}`} onClick={() => setMode('removing')} />
    </li>
  )
}
