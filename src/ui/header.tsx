import { h } from 'preact'
import { component } from './component.ts'
import { IconButton, icons } from './icons.tsx'
import type { PanelContext } from './panel-props.ts'

interface HeaderProps {
  panel: PanelContext
  name: string
  iconUrl: string | undefined
  /** What is going on, in a word or two; empty when nothing is. */
  status: string
  /** Nothing was said yet, so there is nothing to begin anew. */
  fresh: boolean
  onNewConversation(): void
  onConversations(): void
}

export const Header = component<HeaderProps>((life) => {
  let brokenIcon: string | undefined
  return ({ panel, name, iconUrl, status, fresh, onNewConversation, onConversations }) => {
    const { strings } = panel
    return (
      // No `header`: that would be a banner of the page's.
      <div class="header" part="header">
        {iconUrl && iconUrl !== brokenIcon ? (
          <img
            class="avatar"
            part="icon"
            src={iconUrl}
            alt=""
            onError={() => {
              brokenIcon = iconUrl
              life.redraw()
            }}
          />
        ) : (
          <span class="avatar" part="icon" aria-hidden="true">
            {[...name][0]}
          </span>
        )}
        <div class="titles">
          <h2 dir="auto">{name}</h2>
          {status && <p class="status">{status}</p>}
        </div>
        <IconButton path={icons.list} label={strings.conversations} turn="flips" onClick={onConversations} />
        <IconButton path={icons.compose} label={strings.newConversation} disabled={fresh} onClick={onNewConversation} />
        {panel.layout !== 'inline' && <IconButton path={icons.close} label={strings.close} onClick={panel.onClose} />}
      </div>
    )
  }
})
