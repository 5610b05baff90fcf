/**
 * The round button. Plain DOM: Preact arrives with the panel. Its two glyphs are cut out by the style sheet, for the first
 * SVG node that a script touches costs the page 30 KiB of heap.
 */

export interface Launcher {
  readonly button: HTMLButtonElement
  update(state: { open: boolean; unread: number; label: string; icon: string | undefined }): void
}

export function createLauncher(document: Document): Launcher {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'launcher'
  button.setAttribute('part', 'launcher')
  button.setAttribute('aria-haspopup', 'dialog')
  let badge: HTMLSpanElement | undefined
  let picture: HTMLImageElement | undefined
  return {
    button,
    update({ open, unread, label, icon }) {
      button.setAttribute('aria-expanded', String(open))
      button.setAttribute('aria-label', unread > 0 ? `${label} (${unread})` : label)
      if (icon !== picture?.getAttribute('src')) {
        picture?.remove()
        picture = undefined
        if (icon) {
          const image = document.createElement('img')
          image.alt = ''
          image.src = icon
          image.onerror = () => image.remove()
          button.append(image)
          picture = image
        }
      }
      if (unread === 0) {
        badge?.remove()
        badge = undefined
        return
      }
      if (!badge) {
        badge = document.createElement('span')
        badge.className = 'badge'
        badge.setAttribute('part', 'badge')
        button.append(badge)
      }
      badge.textContent = unread > 99 ? '99+' : String(unread)
    },
  }
}
