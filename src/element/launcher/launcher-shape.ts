/** A launcher with words on it, with a picture of its own, or of another size. */
import { matchLanguage } from '../../ui/strings/match-language.ts'
import { make } from '../make.ts'
import { hasLauncher } from '../placement.ts'
import type { ExtrasHost, UpdateExtra } from './extras-host.ts'
import { LAUNCHER_SIZE } from './moving/launcher-place.ts'
import { unreadText } from './unread-text.ts'

/** Fingers need the first; beyond the second it would be no button any more. */
const [SMALLEST, LARGEST] = [44, 96]

export function createLauncherShape({ chat, element, button, signal }: ExtrasHost): UpdateExtra {
  let text = ''
  let label: HTMLSpanElement | undefined
  let picture: HTMLImageElement | undefined

  /** The words that are seen are in the name, or nobody could call it by them. */
  function name(): void {
    const { unread } = chat.state
    if (text) button.setAttribute('aria-label', unread > 0 ? `${text}, ${unreadText(unread)}` : text)
  }

  function drawPicture(icon: string | undefined): void {
    button.classList.toggle('own-picture', icon !== undefined)
    if ((icon || undefined) === (picture?.getAttribute('src') ?? undefined)) return
    picture?.remove()
    picture = undefined
    if (!icon) return
    const image = make(button, 'img', { alt: '', src: icon, class: 'own' })
    image.onerror = () => image.remove()
    picture = image
  }

  // The launcher has drawn itself by then.
  const offs = (['open', 'close', 'unread'] as const).map((type) => chat.on(type, name))
  signal.addEventListener('abort', () => {
    for (const off of offs) off()
    element.removeAttribute('data-shaped')
    element.style.removeProperty('--_lh')
    element.style.removeProperty('--_ls')
  })
  return (options) => {
    const { launcherText = '', launcherSize, launcherIcon, lang } = options
    text = launcherText
    const size = Math.min(LARGEST, Math.max(SMALLEST, Number(launcherSize) || LAUNCHER_SIZE))
    element.toggleAttribute('data-shaped', text !== '' || size !== LAUNCHER_SIZE)
    element.style.setProperty('--_lh', `${size}px`)
    element.style.setProperty('--_ls', String(size / LAUNCHER_SIZE))
    button.classList.toggle('pill', text !== '')
    if (text) {
      label ??= make(button, 'span', { class: 'label', part: 'launcher-label' })
      label.textContent = text
      button.dir = matchLanguage(lang).dir
    } else {
      label?.remove()
      label = undefined
      button.removeAttribute('dir')
    }
    drawPicture(launcherIcon)
    name()
    // It was kept back until now.
    button.hidden = !hasLauncher(options)
  }
}
