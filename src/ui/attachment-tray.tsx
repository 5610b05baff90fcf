import { Icon, IconButton } from './icons.tsx'
import type { PendingUpload } from './pending-uploads.ts'
import { fill, type Strings } from './strings.ts'

/** What goes out with the next question. */
export function AttachmentTray(props: {
  strings: Strings
  items: readonly PendingUpload[]
  onRemove(id: number): void
}) {
  const { strings } = props
  return (
    <ul class="tray">
      {props.items.map((item) => (
        <li key={item.id} class={item.failed ? 'failed' : ''} title={item.name}>
          {item.previewUrl ? <img src={item.previewUrl} alt="" /> : <Icon name={item.failed ? 'alert' : 'file'} />}
          <span>{item.failed ? fill(strings.uploadFailed, { name: item.name }) : item.name}</span>
          {!item.failed && item.progress < 1 && (
            <progress value={item.progress} aria-label={fill(strings.uploading, { name: item.name })} />
          )}
          <IconButton
            icon="close"
            label={fill(strings.removeAttachment, { name: item.name })}
            onClick={() => props.onRemove(item.id)}
          />
        </li>
      ))}
    </ul>
  )
}
