/** Files and pictures: those that go out with the next question, and those in messages. A chunk of its own. */
import { useLayoutEffect } from 'preact/hooks'
import type { Attachment } from '../chat/chat-state.ts'
import attachmentStyles from './attachments.css?inline'
import { Icon, IconButton, type IconPath, icons } from './icons.tsx'
import { isImageAllowed } from './image-hosts.ts'
import type { PanelContext } from './panel-props.ts'
import type { PendingUpload } from './pending-uploads.ts'
import { fill } from './strings.ts'

export { createPendingUploads } from './pending-uploads.ts'

const FILE: IconPath =
  'M11.5 3.5H6.7c-.9 0-1.7.8-1.7 1.7v9.6c0 .9.8 1.7 1.7 1.7h6.6c.9 0 1.7-.8 1.7-1.7V7ZM11.5 3.5V7H15'

/** Only these may be opened by a click. */
function safeUrl(url: string | undefined): URL | undefined {
  return url && /^(?:https?|blob):/i.test(url) && URL.canParse(url) ? new URL(url) : undefined
}

export function AttachmentList({ panel, attachments }: { panel: PanelContext; attachments: readonly Attachment[] }) {
  useLayoutEffect(() => panel.addStyles(attachmentStyles), [])
  return (
    <div class="attachments">
      {attachments.map((attachment) => {
        const url = safeUrl(attachment.url)
        const picture = attachment.kind === 'image' && url && isImageAllowed(url, panel.imageHosts)
        return (
          <a
            key={attachment.fileId ?? attachment.url ?? attachment.name}
            class={picture ? 'picture' : 'file'}
            {...(url && { href: url.href })}
            target="_blank"
            rel="noopener noreferrer nofollow"
          >
            {picture ? (
              <img
                src={url.href}
                alt={fill(panel.strings.openImage, { name: attachment.name })}
                loading="lazy"
                decoding="async"
                referrerpolicy="no-referrer"
              />
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

export function AttachmentTray(props: {
  panel: PanelContext
  items: readonly PendingUpload[]
  onRemove(id: number): void
}) {
  const { panel } = props
  const { strings } = panel
  useLayoutEffect(() => panel.addStyles(attachmentStyles), [])
  return (
    <ul class="tray">
      {props.items.map((item) => (
        <li key={item.id} class={item.failed ? 'failed' : ''} title={item.name}>
          {item.previewUrl ? <img src={item.previewUrl} alt="" /> : <Icon path={item.failed ? icons.alert : FILE} />}
          <span>{item.failed ? fill(strings.uploadFailed, { name: item.name }) : item.name}</span>
          {!item.failed && item.progress < 1 && (
            <progress value={item.progress} aria-label={fill(strings.uploading, { name: item.name })} />
          )}
          <IconButton
            path={icons.close}
            label={fill(strings.removeAttachment, { name: item.name })}
            onClick={() => props.onRemove(item.id)}
          />
        </li>
      ))}
    </ul>
  )
}
