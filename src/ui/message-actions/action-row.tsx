import type { ComponentChildren } from 'preact'
import type { PanelContext } from '../panel-context.ts'
import { useStyles } from '../theme/use-styles.ts'
import rowStyles from './action-row.css?inline'

interface ActionRowProps {
  panel: PanelContext
  /** Shown also while the message has neither pointer nor focus. */
  always?: boolean
  children: ComponentChildren
}

/** The small buttons of a message. */
export function ActionRow({ panel, always = false, children }: ActionRowProps) {
  useStyles(panel, rowStyles)
  return (
    <div class={always ? 'actions always' : 'actions'} dir={panel.dir}>
      {children}
    </div>
  )
}
