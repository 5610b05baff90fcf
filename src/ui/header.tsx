import { useState } from 'preact/hooks'
import { IconButton } from './icons.tsx'
import { Menu, type MenuItem } from './menu.tsx'
import type { PanelProps } from './panel-props.ts'

export function Header(props: {
  panel: PanelProps
  name: string
  iconUrl: string | undefined
  /** What is going on, in a word or two; empty when nothing is. */
  status: string
  /** Whether there is something to turn the page on. */
  fresh: boolean
  onNewConversation(): void
  onConversations(): void
}) {
  const { panel, name, iconUrl, status } = props
  const { strings, features, store } = panel
  const [brokenIcon, setBrokenIcon] = useState<string>()
  const items: MenuItem[] = []
  if (features?.conversations) {
    items.push({ icon: 'list', label: strings.conversations, onSelect: props.onConversations })
  }
  if (features?.clearContext) {
    items.push({
      icon: 'clear',
      label: strings.clearContext,
      disabled: props.fresh,
      onSelect: () => store.clearContext(),
    })
  }
  return (
    <header class="header" part="header">
      {iconUrl && iconUrl !== brokenIcon ? (
        <img class="avatar" part="icon" src={iconUrl} alt="" onError={() => setBrokenIcon(iconUrl)} />
      ) : (
        <span class="avatar" part="icon" aria-hidden="true">
          {Array.from(name)[0]}
        </span>
      )}
      <div class="titles">
        <h2 dir="auto">{name}</h2>
        {status && <p class="status">{status}</p>}
      </div>
      <IconButton
        icon="compose"
        label={strings.newConversation}
        disabled={props.fresh}
        onClick={props.onNewConversation}
      />
      {items.length > 0 && <Menu label={strings.menu} items={items} />}
      {panel.layout !== 'inline' && <IconButton icon="close" label={strings.close} onClick={panel.onClose} />}
    </header>
  )
}
