/**
 * What the original hangs into `body`, outside of any container it was given: image previews, toasts, tooltips, and a hidden
 * text field with which it measures (docs/coze.md 2.10). Their layers are its own and do not know what they may lie under.
 */
export interface ReplicaLayers {
  preview(url: string): void
  toast(text: string): void
  /** A tooltip; '' takes it away. */
  hint(text: string): void
  /** Measures what is typed. The field stays in the page for good. */
  measure(text: string): void
  unmount(): void
}

const TOAST_MS = 3_000

/** One of each for the whole page, as in the original, and never removed. */
let measuring: HTMLTextAreaElement | undefined
let toasts: HTMLElement | undefined

/** @param zIndex `ui.base.zIndex`, which reaches the preview only */
export function createReplicaLayers(document: Document, zIndex: number): ReplicaLayers {
  let preview: HTMLElement | undefined
  let tip: HTMLElement | undefined

  function layer(name: string, level: number): HTMLElement {
    const node = document.createElement('div')
    document.body.appendChild(node)
    node.className = name
    node.style.zIndex = String(level)
    return node
  }
  function closePreview(): void {
    document.removeEventListener('keydown', onKey)
    preview?.remove()
    preview = undefined
  }
  function onKey({ key }: KeyboardEvent): void {
    if (key === 'Escape') closePreview()
  }

  return {
    preview(url) {
      closePreview()
      preview = layer('coze-replica-preview', zIndex + 2)
      const image = document.createElement('img')
      image.src = url
      image.alt = ''
      preview.append(image)
      preview.onclick = closePreview
      document.addEventListener('keydown', onKey)
    },
    toast(text) {
      toasts ??= layer('coze-replica-toasts', 1010)
      const toast = document.createElement('div')
      toast.setAttribute('role', 'alert')
      toast.textContent = text
      toasts.append(toast)
      setTimeout(() => toast.remove(), TOAST_MS)
    },
    hint(text) {
      tip?.remove()
      tip = text ? layer('coze-replica-tip', 1060) : undefined
      if (tip) tip.textContent = text
    },
    measure(text) {
      if (!measuring) {
        measuring = document.createElement('textarea')
        measuring.setAttribute('aria-hidden', 'true')
        measuring.tabIndex = -1
        measuring.style.cssText = 'position:absolute;top:0;right:0;height:0;visibility:hidden;pointer-events:none'
        document.body.appendChild(measuring)
      }
      measuring.value = text
    },
    unmount() {
      closePreview()
      tip?.remove()
    },
  }
}
