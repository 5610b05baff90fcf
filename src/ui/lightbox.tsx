/** A picture over the whole page, and the others of the conversation beside it. A chunk of its own. */
import { h, render } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon, type IconPath, icons } from './icons.tsx'
import lightboxStyles from './lightbox.css?inline'
import type { CompletePanel } from './panel-props.ts'

const BEFORE: IconPath = 'M12 5.5L7.5 10l4.5 4.5'
const AFTER: IconPath = 'M8 5.5l4.5 4.5L8 14.5'

/** Those that are shown already: none is fetched that the visitor has not asked for. */
const PICTURES = '.picture img, .md-zoom img'

/**
 * In the top layer of the browser, so that nothing of the page lies above it or can be reached behind it.
 * @param opener what was pressed; has the picture in it, and the focus when the picture is closed
 * @returns closes it
 */
export function openLightbox(panel: CompletePanel, opener: HTMLElement): () => void {
  const root = opener.getRootNode() as ShadowRoot
  const pictures = [...root.querySelectorAll<HTMLImageElement>(PICTURES)]
  const place = document.createElement('div')
  const close = () => {
    if (!place.isConnected) return
    render(null, place)
    place.remove()
    opener.focus({ preventScroll: true })
  }
  panel.addStyles(lightboxStyles)
  root.append(place)
  const start = pictures.findIndex((picture) => opener.contains(picture))
  render(<Lightbox panel={panel} pictures={pictures} start={Math.max(0, start)} onClose={close} />, place)
  return close
}

interface LightboxProps {
  panel: CompletePanel
  pictures: readonly HTMLImageElement[]
  start: number
  onClose(): void
}

function Lightbox({ panel, pictures, start, onClose }: LightboxProps) {
  const { strings, dir, lang } = panel
  const dialog = useRef<HTMLDialogElement>(null)
  const [index, setIndex] = useState(start)
  const { src = '', alt = '' } = pictures[index] ?? {}
  const go = (to: number) => setIndex(Math.min(pictures.length - 1, Math.max(0, to)))

  useLayoutEffect(() => {
    dialog.current?.showModal()
    // Not the link that comes before it: Enter twice must not leave the page.
    dialog.current?.querySelector('button')?.focus()
  }, [])

  return (
    <dialog
      ref={dialog}
      class="lightbox"
      part="lightbox"
      dir={dir}
      lang={lang}
      aria-label={alt || strings.openOriginal}
      onClose={onClose}
      onClick={(event) => {
        if (!(event.target as Element).closest('button, a')) onClose()
      }}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
        if (step === undefined) return
        event.preventDefault()
        go(index + (dir === 'rtl' ? -step : step))
      }}
    >
      <div class="lightbox-bar">
        <span dir="auto">{alt}</span>
        {pictures.length > 1 && (
          <output>
            {index + 1} / {pictures.length}
          </output>
        )}
        <a href={src} target="_blank" rel="noopener noreferrer nofollow">
          {strings.openOriginal}
        </a>
        <button type="button" aria-label={strings.closeImage} title={strings.closeImage} onClick={onClose}>
          <Icon path={icons.close} />
        </button>
      </div>
      <div class="lightbox-stage">
        <img src={src} alt={alt} referrerpolicy="no-referrer" />
        {pictures.length > 1 && (
          <Step path={BEFORE} label={strings.previousImage} ended={index === 0} onClick={() => go(index - 1)} />
        )}
        {pictures.length > 1 && (
          <Step
            path={AFTER}
            label={strings.nextImage}
            ended={index === pictures.length - 1}
            onClick={() => go(index + 1)}
          />
        )}
      </div>
    </dialog>
  )
}

function Step(props: { path: IconPath; label: string; ended: boolean; onClick(): void }) {
  const { path, label, ended, onClick } = props
  return (
    <button type="button" aria-label={label} title={label} disabled={ended} onClick={onClick}>
      <Icon path={path} turn="flips" />
    </button>
  )
}
