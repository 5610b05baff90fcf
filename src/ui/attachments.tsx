/** Files and pictures: those that go out with the next question, and those in messages. A chunk of its own. */
import { Fragment, h } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'
import type { Attachment } from '../chat/chat-state.ts'
import attachmentStyles from './attachments.css?inline'
import { fill } from './fill.ts'
import { formatsFor } from './formats.ts'
import { Icon, IconButton, type IconPath, icons } from './icons.tsx'
import { isImageAllowed } from './image-hosts.ts'
import type { CompletePanel } from './panel-props.ts'
import { MAX_FILE_BYTES, MAX_FILES, type PendingFiles, type PendingUploads } from './pending-uploads.ts'
import { useLightbox } from './use-lightbox.ts'

export { createPendingUploads } from './pending-uploads.ts'

const FILE: IconPath =
  'M11.5 3.5H6.7c-.9 0-1.7.8-1.7 1.7v9.6c0 .9.8 1.7 1.7 1.7h6.6c.9 0 1.7-.8 1.7-1.7V7ZM11.5 3.5V7H15'

/** Only these may be opened by a click. */
function safeUrl(url: string | undefined): URL | undefined {
  return url && /^(?:https?|blob):/i.test(url) && URL.canParse(url) ? new URL(url) : undefined
}

export function AttachmentList({ panel, attachments }: { panel: CompletePanel; attachments: readonly Attachment[] }) {
  const enlarge = useLightbox(panel)
  useLayoutEffect(() => panel.addStyles(attachmentStyles), [])
  return (
    <div class="attachments">
      {attachments.map((attachment) => {
        const url = safeUrl(attachment.url)
        if (attachment.kind === 'audio' && attachment.url)
          return <Sound key={attachment.url} panel={panel} url={attachment.url} />
        const picture = attachment.kind === 'image' && url && isImageAllowed(url, panel)
        return (
          <a
            key={attachment.fileId ?? attachment.url ?? attachment.name}
            class={picture ? 'picture' : 'file'}
            {...(url && { href: url.href })}
            target="_blank"
            rel="noopener noreferrer nofollow"
            {...(picture && {
              'aria-label': fill(panel.strings.openImage, { name: attachment.name }),
              onClick(event: MouseEvent & { currentTarget: HTMLAnchorElement }) {
                // With a key held, a browser opens links its own way.
                if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
                event.preventDefault()
                enlarge(event.currentTarget, () => open(url, '_blank', 'noopener,noreferrer'))
              },
            })}
          >
            {picture ? (
              <img src={url.href} alt={attachment.name} loading="lazy" decoding="async" referrerpolicy="no-referrer" />
            ) : (
              <>
                <Icon path={FILE} />
                <span>{attachment.name}</span>
              </>
            )}
          </a>
        )
      })}
    </div>
  )
}

/** Nothing of it is fetched before somebody presses play. */
function Sound({ panel, url }: { panel: CompletePanel; url: string }) {
  const { strings } = panel
  const [src, setSrc] = useState(safeUrl(url)?.href)
  const [failed, setFailed] = useState(false)
  useLayoutEffect(() => {
    const sound = soundIn(url)
    if (!sound) return
    // A policy that lets the chat play what it reads aloud lets it play this.
    const blobUrl = URL.createObjectURL(sound)
    setSrc(blobUrl)
    return () => URL.revokeObjectURL(blobUrl)
  }, [url])
  if (failed) return <p role="status">{strings.soundFailed}</p>
  return (
    src && (
      // biome-ignore lint/a11y/useMediaCaption: what is said stands in the message
      <audio controls preload="none" src={src} aria-label={strings.spokenAnswer} onError={() => setFailed(true)} />
    )
  )
}

/** Of a `data:` address; undefined for any other. */
function soundIn(url: string): Blob | undefined {
  const [, type, base64] = /^data:(audio\/[\w.+-]+);base64,(.*)$/s.exec(url) ?? []
  return base64 === undefined
    ? undefined
    : new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type: type ?? '' })
}

/** What goes out with the next question, and what could not be taken. */
export function AttachmentTray(props: { panel: CompletePanel; uploads: PendingUploads; files: PendingFiles }) {
  const { panel, uploads, files } = props
  const { strings } = panel
  useLayoutEffect(() => panel.addStyles(attachmentStyles), [])
  const { items, tooLarge, tooMany } = files
  const size = () => formatsFor(panel.lang).megabytes(MAX_FILE_BYTES)
  return (
    <>
      {(tooLarge || tooMany) && (
        <p class="left-out" role="alert">
          {tooLarge
            ? fill(strings.fileTooLarge, { name: tooLarge.name, size: size() })
            : formatsFor(panel.lang).counted(strings, 'tooManyFiles', MAX_FILES)}
        </p>
      )}
      {items.length > 0 && (
        <ul class="tray">
          {items.map((item) => (
            <li key={item.id} class={item.failed ? 'failed' : ''} title={item.name}>
              {item.previewUrl ? (
                <img src={item.previewUrl} alt="" />
              ) : (
                <Icon path={item.failed ? icons.alert : FILE} />
              )}
              <span>{item.failed ? fill(strings.uploadFailed, { name: item.name }) : item.name}</span>
              {!item.failed && item.progress < 1 && (
                <progress value={item.progress} aria-label={fill(strings.uploading, { name: item.name })} />
              )}
              <IconButton
                path={icons.close}
                label={fill(strings.removeAttachment, { name: item.name })}
                onClick={() => uploads.remove(item.id)}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** Lies over the panel while files are dragged across it. */
export function DropTarget({ panel, onLeave }: { panel: CompletePanel; onLeave(): void }) {
  const { strings } = panel
  const formats = formatsFor(panel.lang)
  useLayoutEffect(() => panel.addStyles(attachmentStyles), [])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files are also attached by a button
    <div class="drop" onDragLeave={onLeave}>
      <p>
        {strings.dropHere}
        <small>
          {formats.counted(strings, 'tooManyFiles', MAX_FILES)} ·{' '}
          {fill(strings.eachUpTo, { size: formats.megabytes(MAX_FILE_BYTES) })}
        </small>
      </p>
    </div>
  )
}
