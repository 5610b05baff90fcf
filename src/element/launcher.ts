/** The round button. Plain DOM: Preact arrives with the panel. */

const SVG = 'http://www.w3.org/2000/svg'

function drawIcon(document: Document, className: string, path: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('class', className)
  svg.setAttribute('viewBox', '0 0 28 28')
  svg.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS(SVG, 'path')
  line.setAttribute('d', path)
  svg.append(line)
  return svg
}

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
  const speech = drawIcon(
    document,
    'i',
    'M14 4.5c5.5 0 9.5 3.8 9.5 8.6s-4 8.6-9.5 8.6c-1 0-2-.1-2.9-.4L6 23.5l.9-4.2c-1.5-1.6-2.4-3.7-2.4-6.2 0-4.8 4-8.6 9.5-8.6Z',
  )
  button.append(speech, drawIcon(document, 'x', 'M8.5 11.5 14 17l5.5-5.5'))
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
          picture = document.createElement('img')
          picture.alt = ''
          picture.src = icon
          picture.onerror = () => {
            picture?.remove()
            speech.style.display = ''
          }
          button.append(picture)
        }
        speech.style.display = icon ? 'none' : ''
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
