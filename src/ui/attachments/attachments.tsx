/** Files and pictures: those that go out with the next question, and those in messages. */
import { useLayoutEffect, useState } from 'preact/hooks'
import type { Attachment } from '../../chat/chat-state.ts'
import { saysAddress } from '../../platform/addresses/address-words.ts'
import { browserUrl, parseUrl } from '../../platform/addresses/parse-url.ts'
import type { PanelContext } from '../panel-context.ts'
import type { AttachmentListProps, AttachmentTrayProps, DropTargetProps, PendingUpload } from '../parts.ts'
import { interpolate } from '../strings/interpolate.ts'
import { counted, megabytes } from '../strings/quantities.ts'
import { Icon, IconButton, type IconPath, icons } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import attachmentStyles from './attachments.css?inline'
import { isImageAllowed } from './image-hosts.ts'
import { MAX_FILE_BYTES, MAX_FILES } from './pending-uploads.ts'
import { useLightbox } from './use-lightbox.ts'

const FILE: IconPath =
  'M11.5 3.5H6.7c-.9 0-1.7.8-1.7 1.7v9.6c0 .9.8 1.7 1.7 1.7h6.6c.9 0 1.7-.8 1.7-1.7V7ZM11.5 3.5V7H15'

/** Only these may be opened by a click. */
function openableUrl(url: string | undefined): URL | undefined {
  return url && /^(?:https?|blob):/i.test(url) ? parseUrl(url) : undefined
}

export function AttachmentList({ panel, attachments }: AttachmentListProps) {
  const enlarge = useLightbox(panel)
  useStyles(panel, attachmentStyles)
  return (
    <div class="attachments">
      {attachments.map((attachment) =>
        attachment.kind === 'audio' && attachment.url ? (
          <Sound key={attachment.url} panel={panel} url={attachment.url} />
        ) : (
          <AttachedFile
            key={attachment.fileId ?? attachment.url ?? attachment.name}
            panel={panel}
            attachment={attachment}
            enlarge={enlarge}
          />
        ),
      )}
    </div>
  )
}

interface AttachedFileProps {
  panel: PanelContext
  attachment: Attachment
  enlarge: ReturnType<typeof useLightbox>
}

/** A picture where the browser can show it and it may be loaded; otherwise a name that leads to the file. */
function AttachedFile({ panel, attachment: { kind, name, url: address }, enlarge }: AttachedFileProps) {
  const url = openableUrl(address)
  const [broken, setBroken] = useState<string>()
  // A visitor's own file lies in the browser.
  const host = url?.protocol.startsWith('http') && saysAddress(name) && url.host
  const picture = kind === 'image' && url && url.href !== broken && isImageAllowed(url, panel)
  return (
    <a
      class={picture ? 'picture' : 'file'}
      {...(url && { href: url.href })}
      target="_blank"
      rel="noopener noreferrer nofollow"
      {...(picture && {
        'aria-label': interpolate(panel.strings.openImage, { name }),
        onClick(event: MouseEvent & { currentTarget: HTMLAnchorElement }) {
          // With a modifier key held, the browser opens the link in its own way.
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
          event.preventDefault()
          enlarge(event.currentTarget, () => open(url, '_blank', 'noopener,noreferrer'))
        },
      })}
    >
      {picture ? (
        <img
          src={url.href}
          alt={name}
          loading="lazy"
          decoding="async"
          referrerpolicy="no-referrer"
          onError={() => setBroken(url.href)}
        />
      ) : (
        <>
          <Icon path={FILE} />
          <FileName name={name} />
          {host && <bdi>({host})</bdi>}
        </>
      )}
    </a>
  )
}

/** What ends a line or turns the direction of text: with it a name may look as if it ended otherwise (T45). */
const HIDES_ENDING = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu

/** A long name is shortened in its middle: its ending says what it is. */
function FileName({ name: given }: { name: string }) {
  const name = given.replace(HIDES_ENDING, '')
  const [, stem = name, ending = ''] = /^(.+?)(.{0,4}\.\w{1,8})$/u.exec(name) ?? []
  return (
    // Cut in two, it has to be read in one direction.
    <span class="file-name" title={name}>
      <bdi>{stem}</bdi>
      {ending && <bdi>{ending}</bdi>}
    </span>
  )
}

/** Nothing of it is fetched before somebody presses play. */
function Sound({ panel, url }: { panel: PanelContext; url: string }) {
  const { strings } = panel
  const [src, setSrc] = useState(openableUrl(url)?.href)
  const [failed, setFailed] = useState(false)
  useLayoutEffect(() => {
    const sound = soundIn(url)
    if (!sound) return
    // As a blob it may be played wherever the page's policy allows the chat to read answers aloud.
    const blobUrl = browserUrl().createObjectURL(sound)
    setSrc(blobUrl)
    return () => browserUrl().revokeObjectURL(blobUrl)
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
export function AttachmentTray({ panel, uploads, files }: AttachmentTrayProps) {
  const { strings } = panel
  useStyles(panel, attachmentStyles)
  const { items, tooLarge, tooMany } = files
  const size = () => megabytes(MAX_FILE_BYTES, panel.lang)
  return (
    <>
      {(tooLarge || tooMany) && (
        <p class="left-out" role="alert">
          {tooLarge
            ? interpolate(strings.fileTooLarge, { name: tooLarge.name, size: size() })
            : counted(strings, 'tooManyFiles', MAX_FILES, panel.lang)}
        </p>
      )}
      {items.length > 0 && (
        <ul class="tray">
          {items.map((item) => (
            <li key={item.id} class={item.failed ? 'failed' : ''} title={item.name}>
              <Preview item={item} />
              {item.failed ? (
                <span>{interpolate(strings.uploadFailed, { name: item.name })}</span>
              ) : (
                <FileName name={item.name} />
              )}
              {!item.failed && item.progress < 1 && (
                <progress value={item.progress} aria-label={interpolate(strings.uploading, { name: item.name })} />
              )}
              <IconButton
                path={icons.close}
                label={interpolate(strings.removeAttachment, { name: item.name })}
                onClick={() => uploads.remove(item.id)}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** Not every browser can show every picture: HEIC and TIFF, or one that is broken, have an icon like any other file. */
function Preview({ item: { previewUrl, failed } }: { item: PendingUpload }) {
  const [broken, setBroken] = useState(false)
  return previewUrl && !broken ? (
    <img src={previewUrl} alt="" onError={() => setBroken(true)} />
  ) : (
    <Icon path={failed ? icons.alert : FILE} />
  )
}

/** Lies over the panel while files are dragged across it. */
export function DropTarget({ panel, onLeave }: DropTargetProps) {
  const { strings } = panel
  useStyles(panel, attachmentStyles)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files are also attached by a button
    <div class="drop" onDragLeave={onLeave}>
      <p>
        {strings.dropHere}
        <small>
          {counted(strings, 'tooManyFiles', MAX_FILES, panel.lang)} ·{' '}
          {interpolate(strings.eachUpTo, { size: megabytes(MAX_FILE_BYTES, panel.lang) })}
        </small>
      </p>
    </div>
  )
}
