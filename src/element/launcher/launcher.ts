/**
 * The round button, in plain DOM, since Preact comes with the panel. Its two glyphs are clip paths of the style sheet, which shows one or
 * the other by `aria-expanded`.
 */
import type { ChatWidgetState } from '../chat-widget.ts'
import { make } from '../make.ts'
import { unreadText } from './unread-text.ts'

export interface Launcher {
  readonly button: HTMLButtonElement
  /** @param icon address of a picture */
  update(state: ChatWidgetState, label: string, icon: string | undefined): void
}

/** @param root where it is drawn, after what is there */
export function createLauncher(root: ShadowRoot): Launcher {
  const button = make(root, 'button', {
    type: 'button',
    class: 'launcher',
    part: 'launcher',
    'aria-haspopup': 'dialog',
  })
  let badge: HTMLSpanElement | undefined
  let picture: HTMLImageElement | undefined
  return {
    button,
    update({ open, unread }, label, icon) {
      button.setAttribute('aria-expanded', String(open))
      button.setAttribute('aria-label', unread > 0 ? `${label}, ${unreadText(unread)}` : label)
      if (icon !== picture?.getAttribute('src')) {
        picture?.remove()
        picture = undefined
        if (icon) {
          const image = make(button, 'img', { alt: '', src: icon })
          image.onerror = () => image.remove()
          picture = image
        }
      }
      if (unread === 0) {
        badge?.remove()
        badge = undefined
        return
      }
      badge ??= make(button, 'span', { class: 'badge', part: 'badge' })
      badge.textContent = unreadText(unread)
    },
  }
}
