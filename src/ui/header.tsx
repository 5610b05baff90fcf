import { useState } from 'preact/hooks'
import { IconButton, icons } from './icons.tsx'
import type { PanelContext } from './panel-props.ts'

export function Header(props: {
  panel: PanelContext
  name: string
  iconUrl: string | undefined
  /** What is going on, in a word or two; empty when nothing is. */
  status: string
  /** Nothing was said yet, so there is nothing to begin anew. */
  fresh: boolean
  onNewConversation(): void
  onConversations(): void
}) {
  const { panel, name, iconUrl, status } = props
  const { strings, features } = panel
  const [brokenIcon, setBrokenIcon] = useState<string>()
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
      {features?.conversations && (
        <IconButton path={icons.list} label={strings.conversations} flips={true} onClick={props.onConversations} />
      )}
      <IconButton
        path={icons.compose}
        label={strings.newConversation}
        disabled={props.fresh}
        onClick={props.onNewConversation}
      />
      {panel.layout !== 'inline' && <IconButton path={icons.close} label={strings.close} onClick={panel.onClose} />}
    </header>
  )
}
