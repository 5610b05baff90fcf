/** The small menu beside the launcher, for whoever cannot drag. */
import { make } from '../../make.ts'
import type { ExtrasHost } from '../extras-host.ts'

export interface MoveMenu {
  /** @param items what they say and do, in their order */
  open(name: string, items: readonly (readonly [word: string, act: () => void])[]): void
  close(): void
}

export function createMoveMenu({ root, button }: ExtrasHost): MoveMenu {
  let menu: HTMLElement | undefined

  function close(): void {
    const closing = menu
    // Before the removal, which takes the focus away and so calls this function again.
    menu = undefined
    if (closing?.contains(root.activeElement)) button.focus({ preventScroll: true })
    closing?.remove()
  }

  return {
    open(name, items) {
      if (menu) return
      const opened = make(root, 'div', {
        class: 'pop menu',
        dir: 'auto',
        part: 'launcher-menu',
        role: 'group',
        'aria-label': name,
      })
      for (const [word, act] of items) {
        const item = make(opened, 'button', { type: 'button' })
        item.textContent = word
        item.onclick = act
      }
      opened.onkeydown = (event) => {
        if (event.key === 'Escape') close()
      }
      opened.addEventListener('focusout', ({ relatedTarget }) => {
        if (!opened.contains(relatedTarget as Node | null)) close()
      })
      menu = opened
      button.before(opened)
      opened.querySelector('button')?.focus({ preventScroll: true })
    },
    close,
  }
}
