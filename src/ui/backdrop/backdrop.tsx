import { useState } from 'preact/hooks'
import type { BackdropProps } from '../parts.ts'
import { useStyles } from '../theme/use-styles.ts'
import backdropStyles from './backdrop.css?inline'

/** The picture behind the conversation; nothing until it has come, and where there is none. */
export function Backdrop({ panel, agent }: BackdropProps) {
  useStyles(panel, backdropStyles)
  const [broken, setBroken] = useState<string>()
  const { wide, narrow } = agent?.background ?? {}
  const own = panel.layout === 'inline' ? wide || narrow : narrow || wide
  const address = panel.background === 'agent' ? own : panel.background
  return address && address !== broken ? (
    <img class="backdrop" part="background" src={address} alt="" onError={() => setBroken(address)} />
  ) : null
}
