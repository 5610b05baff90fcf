import { useState } from 'preact/hooks'
import { memo } from '../memo.ts'
import type { PanelContext } from '../panel-context.ts'
import { HandoffButton, HeaderMenu, Notices } from '../part-components.tsx'
import { IconButton, icons } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import { isLarge, setLarge } from '../theme/window-size.ts'
import { useParts } from '../use-part.ts'
import headerStyles from './header.css?inline'

interface HeaderProps {
  panel: PanelContext
  name: string
  /** Stands in the place of an icon. */
  initial: string | undefined
  iconUrl: string | undefined
  /** What is going on, in a word or two; empty when nothing is. */
  status: string
  /** There are words in the conversation, or were until another one was asked for. */
  begun: boolean
  /** There is nothing, or not yet, that could be begun anew. */
  empty: boolean
  onNewConversation(): void
  onConversations(): void
}

export const Header = memo((props: HeaderProps) => {
  const { panel, name, initial, iconUrl, status, begun, empty, onNewConversation, onConversations } = props
  useStyles(panel, headerStyles)
  const { strings, features, layout } = panel
  // What fills the screen has no other way out.
  const isHidden = !features.header && layout !== 'fullscreen'
  const parts = useParts()
  const [brokenIcon, setBrokenIcon] = useState<string>()
  const [large, showLarge] = useState(isLarge)
  /** The button that opened the menu, while it is open. */
  const [menu, setMenu] = useState<HTMLElement>()
  const mutes = panel.notify !== 'off'
  return (
    // Not a `header` element: that would be a banner of the page.
    <div
      class="header"
      part="header"
      hidden={isHidden}
      onTouchStart={({ currentTarget, target, touches: [finger], timeStamp: startedAt }) => {
        const frame = frameOf(currentTarget)
        if (layout !== 'fullscreen' || !target || !finger || !frame) return
        const touch = { target, startY: finger.clientY, startedAt }
        // What follows a finger lies with the menus, which come with the list of conversations.
        parts?.conversations.load().then(
          ({ followSwipe }) => followSwipe(touch, frame, panel.onClose),
          () => {},
        )
      }}
    >
      {iconUrl && iconUrl !== brokenIcon ? (
        <img class="avatar" part="icon" src={iconUrl} alt="" onError={() => setBrokenIcon(iconUrl)} />
      ) : (
        <span class="avatar" part="icon" aria-hidden="true">
          {initial}
        </span>
      )}
      <div class="titles">
        <h2 dir="auto">{name}</h2>
        {/* In the owner's line alone: one that comes and goes would move the name, and an answer shows for itself that it is on its way. */}
        {panel.subtitle && <p dir="auto">{status || panel.subtitle}</p>}
      </div>
      {/* Nothing sounds that cannot be muted, which the menu is for. */}
      {mutes && !isHidden && <Notices panel={panel} name={name} />}
      {/* Those that come later come first, into room that was free: no other one moves. */}
      {begun && features.newConversation && (
        <IconButton
          class="icon-button new"
          path={icons.compose}
          label={strings.newConversation}
          disabled={empty}
          onClick={onNewConversation}
        />
      )}
      {(begun || mutes) && (
        <IconButton
          path={icons.more}
          label={strings.more}
          disabled={empty && !mutes}
          aria-haspopup="menu"
          aria-expanded={menu !== undefined}
          onClick={({ currentTarget }) => setMenu(menu ? undefined : (currentTarget as HTMLElement))}
        />
      )}
      {panel.handoff && <HandoffButton panel={panel} from="header" />}
      {features.conversations && (
        <IconButton path={icons.list} label={strings.conversations} turn="flips" onClick={onConversations} />
      )}
      {layout === 'floating' && (
        <IconButton
          path={large ? icons.shrink : icons.enlarge}
          label={large ? strings.shrink : strings.enlarge}
          onClick={({ currentTarget }) => {
            const frame = frameOf(currentTarget)
            if (frame) setLarge(frame, !large)
            showLarge(!large)
          }}
        />
      )}
      {layout !== 'inline' && <IconButton path={icons.close} label={strings.close} onClick={panel.onClose} />}
      {menu && (
        <HeaderMenu
          panel={panel}
          opener={menu}
          onClose={() => setMenu(undefined)}
          onNewConversation={onNewConversation}
        />
      )}
    </div>
  )
})

const frameOf = (target: EventTarget | null) => (target as Element | null)?.closest<HTMLElement>('.frame')
