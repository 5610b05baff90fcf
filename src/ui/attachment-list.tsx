import type { Attachment } from '../chat/chat-state.ts'
import { Icon } from './icons.tsx'
import type { PanelProps } from './panel-props.ts'
import { fill } from './strings.ts'

/** An address in an answer is chosen by the answer: other hosts than the allowed ones would learn that it was shown. */
function mayShow(url: string, imageHosts: readonly string[]): boolean {
  try {
    const { protocol, host } = new URL(url)
    return protocol === 'blob:' || (protocol === 'https:' && imageHosts.includes(host)) || host === location.host
  } catch {
    return false
  }
}

/** Only these may be opened by a click. */
function safeUrl(url: string | undefined): string | undefined {
  return url && /^(?:https?|blob):/i.test(url) ? url : undefined
}

export function AttachmentList({ panel, attachments }: { panel: PanelProps; attachments: readonly Attachment[] }) {
  if (attachments.length === 0) return null
  return (
    <div class="attachments">
      {attachments.map((attachment) => {
        const url = safeUrl(attachment.url)
        const picture = attachment.kind === 'image' && url && mayShow(url, panel.imageHosts)
        return (
          <a
            key={attachment.fileId ?? attachment.url ?? attachment.name}
            class={picture ? 'picture' : 'file'}
            {...(url && { href: url })}
            target="_blank"
            rel="noopener noreferrer nofollow"
          >
            {picture ? (
              <img
                src={url}
                alt={fill(panel.strings.openImage, { name: attachment.name })}
                loading="lazy"
                decoding="async"
                referrerpolicy="no-referrer"
              />
            ) : (
              <>
                <Icon name="file" />
                <span>{attachment.name}</span>
              </>
            )}
          </a>
        )
      })}
    </div>
  )
}
