/** Files that are uploaded before the question they belong to is sent. */

import type { ChatStore } from '../../chat/chat-store.ts'
import { browserUrl } from '../../platform/addresses/parse-url.ts'
import type { PendingFiles, PendingUpload, PendingUploads } from '../parts.ts'

export const MAX_FILES = 10
export const MAX_FILE_BYTES = 50_000_000

const NONE: PendingFiles = { items: [], tooMany: false, tooLarge: undefined }

export function createPendingUploads(store: Pick<ChatStore, 'upload'>, onChange: () => void): PendingUploads {
  let files = NONE
  let nextId = 1
  const controllers = new Map<number, AbortController>()

  const change = (part: Partial<PendingFiles>) => {
    files = { ...files, ...part }
    onChange()
  }
  const patch = (id: number, part: Partial<PendingUpload>) =>
    change({ items: files.items.map((item) => (item.id === id ? { ...item, ...part } : item)) })
  const forget = ({ id, previewUrl }: PendingUpload) => {
    controllers.get(id)?.abort()
    controllers.delete(id)
    if (previewUrl) browserUrl().revokeObjectURL(previewUrl)
  }

  const start = async (file: File) => {
    const id = nextId++
    const controller = new AbortController()
    controllers.set(id, controller)
    const previewUrl = file.type.startsWith('image/') ? browserUrl().createObjectURL(file) : undefined
    change({
      items: [...files.items, { id, name: file.name, previewUrl, progress: 0, failed: false, attachment: undefined }],
    })
    try {
      const attachment = await store.upload(file, (progress) => patch(id, { progress }), controller.signal)
      // The store may have no address to show; the preview then goes along with the message.
      patch(id, { progress: 1, attachment: { ...attachment, url: attachment.url ?? previewUrl } })
    } catch {
      patch(id, { failed: true })
    }
  }

  return {
    getFiles: () => files,
    add(added) {
      const accepted = added.filter((file) => file.size <= MAX_FILE_BYTES).slice(0, MAX_FILES - files.items.length)
      const tooLarge = added.find((file) => file.size > MAX_FILE_BYTES)
      change({ tooMany: accepted.length + (tooLarge ? 1 : 0) < added.length, tooLarge })
      for (const file of accepted) start(file)
    },
    remove(id) {
      const item = files.items.find((one) => one.id === id)
      if (!item) return
      forget(item)
      change({ items: files.items.filter((one) => one.id !== id) })
    },
    take() {
      const attachments = files.items.flatMap((item) => item.attachment ?? [])
      // Their previews live on in the message.
      for (const item of files.items) if (!item.attachment) forget(item)
      controllers.clear()
      change(NONE)
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
      if (restored.length > 0) change({ items: [...files.items, ...restored] })
    },
    clear() {
      for (const item of files.items) forget(item)
      change(NONE)
    },
  }
}
