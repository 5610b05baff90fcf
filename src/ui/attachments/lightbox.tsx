/** A picture over the whole page, and the other pictures of the conversation one step away. */
import { render } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { fileNameOf } from '../../platform/addresses/file-name.ts'
import { browserUrl, parseUrl } from '../../platform/addresses/parse-url.ts'
import type { PanelContext } from '../panel-context.ts'
import { Icon, type IconPath, icons } from '../theme/icons.tsx'
import { PICTURE } from './image-hosts.ts'
import lightboxStyles from './lightbox.css?inline'
import { followFingers } from './picture-gestures.ts'

const BEFORE: IconPath = 'M12 5.5L7.5 10l4.5 4.5'
const SAVE: IconPath = 'M10 3.5v9M6 9l4 4 4-4M4 16.5h12'
const AFTER: IconPath = 'M8 5.5l4.5 4.5L8 14.5'

/** Long enough for any browser to have read the file. */
const RELEASE_MS = 60_000

/** Only those that are shown already: no picture may be fetched that the visitor has not asked for. */
const PICTURES = '.picture img, .md-zoom img'

/**
 * In the top layer of the browser, so that nothing of the page lies above it or can be reached behind it.
 * @param opener what was pressed; the picture is inside it, and it has the focus again when the picture is closed
 * @returns closes it
 */
export function openLightbox(panel: PanelContext, opener: HTMLElement): () => void {
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
  panel: PanelContext
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

  const stage = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const picture = stage.current?.querySelector('img')
    if (!stage.current || !picture) return
    const leaving = new AbortController()
    const gestures = {
      onSwipe: (side: -1 | 1) => go(index + (dir === 'rtl' ? -side : side)),
      onPullDown: onClose,
    }
    followFingers(stage.current, picture, gestures, leaving.signal)
    return () => leaving.abort()
  }, [index])

  useLayoutEffect(() => {
    dialog.current?.showModal()
    // Not the link before it: pressing Enter twice must not leave the page.
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
        // A finger that moved or enlarged the picture did not mean to leave it.
        const onPicture =
          event.target instanceof HTMLImageElement && 'pointerType' in event && event.pointerType === 'touch'
        if (!onPicture && !(event.target as Element).closest('button, a')) onClose()
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
        <button
          type="button"
          aria-label={strings.download}
          title={strings.download}
          onClick={() => void download(src, alt)}
        >
          <Icon path={SAVE} />
        </button>
        <button type="button" aria-label={strings.closeImage} title={strings.closeImage} onClick={onClose}>
          <Icon path={icons.close} />
        </button>
      </div>
      <div class="lightbox-stage" ref={stage}>
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

/** A host that does not give its files to scripts shows the picture in a tab of its own, from which it can be kept. */
async function download(src: string, alt: string): Promise<void> {
  try {
    const response = await fetch(src, { credentials: 'omit', referrerPolicy: 'no-referrer' })
    if (!response.ok) throw new Error(`Status ${response.status}`)
    const link = document.createElement('a')
    const picture = await response.blob()
    link.href = browserUrl().createObjectURL(picture)
    const url = parseUrl(src)
    const name = (url?.protocol !== 'blob:' && url && fileNameOf(url)) || alt || 'image'
    const [, type = 'png'] = /^image\/(\w+)/.exec(picture.type) ?? []
    // To the browser the page itself gives out this file, and a host that an answer names must not say what opens it (T45).
    link.download = PICTURE.test(name) ? name : `${name}.${type}`
    link.click()
    setTimeout(() => browserUrl().revokeObjectURL(link.href), RELEASE_MS)
  } catch {
    open(src, '_blank', 'noopener,noreferrer')
  }
}

function Step(props: { path: IconPath; label: string; ended: boolean; onClick(): void }) {
  const { path, label, ended, onClick } = props
  return (
    <button type="button" aria-label={label} title={label} disabled={ended} onClick={onClick}>
      <Icon path={path} turn="flips" />
    </button>
  )
}
