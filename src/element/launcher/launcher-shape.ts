/** A launcher with words on it, with a picture of its own, or of another size. */
import { isPixels } from '../../options/check/is-pixels.ts'
import { LAUNCHER_SIZE_LIMITS } from '../../options/element-options.ts'
import { matchLanguage } from '../../ui/strings/match-language.ts'
import { make } from '../make.ts'
import { hasLauncher } from '../placement.ts'
import type { ExtrasHost, UpdateExtra } from './extras-host.ts'
import { LAUNCHER_SIZE } from './moving/launcher-place.ts'

export function createLauncherShape({ element, button, signal }: ExtrasHost): UpdateExtra {
  let label: HTMLSpanElement | undefined
  let picture: HTMLImageElement | undefined

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

  signal.addEventListener('abort', () => {
    element.removeAttribute('data-shaped')
    element.style.removeProperty('--_lh')
    element.style.removeProperty('--_ls')
  })
  return (options) => {
    const { launcherText: text = '', launcherSize, launcherIcon, lang } = options
    const size = isPixels(launcherSize, LAUNCHER_SIZE_LIMITS) ? Number(launcherSize) : LAUNCHER_SIZE
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
    // It was kept back until now.
    button.hidden = !hasLauncher(options)
  }
}
