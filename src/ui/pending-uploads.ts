/** Files on their way up, before the question they belong to is sent. */
import type { Attachment } from '../chat/chat-state.ts'
import type { ChatStore } from '../chat/chat-store.ts'

const MAX_FILES = 10
const MAX_FILE_BYTES = 50_000_000

export interface PendingUpload {
  readonly id: number
  readonly name: string
  /** An object URL for pictures. */
  readonly previewUrl: string | undefined
  /** 0 to 1. */
  readonly progress: number
  readonly failed: boolean
  readonly attachment: Attachment | undefined
}

export interface PendingUploads {
  readonly maxFiles: number
  readonly maxBytes: number
  getItems(): readonly PendingUpload[]
  /** Starts uploading; answers what was left out and why. */
  add(files: readonly File[]): { tooMany: boolean; tooLarge: File | undefined }
  /** Stops and forgets one. */
  remove(id: number): void
  /** Hands over what has arrived and starts afresh. */
  take(): readonly Attachment[]
  /** Puts attachments back, from a question that is edited. */
  restore(attachments: readonly Attachment[]): void
  clear(): void
}

export function createPendingUploads(store: Pick<ChatStore, 'upload'>, onChange: () => void): PendingUploads {
  let items: readonly PendingUpload[] = []
  let nextId = 1
  const controllers = new Map<number, AbortController>()

  const change = (next: readonly PendingUpload[]) => {
    items = next
    onChange()
  }
  const patch = (id: number, part: Partial<PendingUpload>) =>
    change(items.map((item) => (item.id === id ? { ...item, ...part } : item)))
  const forget = ({ id, previewUrl }: PendingUpload) => {
    controllers.get(id)?.abort()
    controllers.delete(id)
    if (previewUrl) URL.revokeObjectURL(previewUrl)
  }

  const start = async (file: File) => {
    const id = nextId++
    const controller = new AbortController()
    controllers.set(id, controller)
    const previewUrl = file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined
    change([...items, { id, name: file.name, previewUrl, progress: 0, failed: false, attachment: undefined }])
    try {
      const attachment = await store.upload(file, (progress) => patch(id, { progress }), controller.signal)
      // The store may have no address to show; the preview then goes along with the message.
      patch(id, { progress: 1, attachment: { ...attachment, url: attachment.url ?? previewUrl } })
    } catch {
      patch(id, { failed: true })
    }
  }

  return {
    maxFiles: MAX_FILES,
    maxBytes: MAX_FILE_BYTES,
    getItems: () => items,
    add(files) {
      const accepted = files.filter((file) => file.size <= MAX_FILE_BYTES).slice(0, MAX_FILES - items.length)
      for (const file of accepted) start(file)
      const tooLarge = files.find((file) => file.size > MAX_FILE_BYTES)
      return { tooMany: accepted.length + (tooLarge ? 1 : 0) < files.length, tooLarge }
    },
    remove(id) {
      const item = items.find((one) => one.id === id)
      if (!item) return
      forget(item)
      change(items.filter((one) => one.id !== id))
    },
    take() {
      const attachments = items.flatMap((item) => item.attachment ?? [])
      // Their previews live on in the message.
      for (const item of items) if (!item.attachment) forget(item)
      controllers.clear()
      change([])
      return attachments
    },
    restore(attachments) {
      const restored = attachments.map((attachment) => ({
        id: nextId++,
        name: attachment.name,
        previewUrl: attachment.kind === 'image' ? attachment.url : undefined,
        progress: 1,
        failed: false,
        attachment,
      }))
      if (restored.length > 0) change([...items, ...restored])
    },
    clear() {
      for (const item of items) forget(item)
      change([])
    },
  }
}
