import { useState } from 'preact/hooks'

/** Whether files are held over the panel, and what takes them when they are let go. */
export function useDropTarget({ enabled, onDrop }: { enabled: boolean; onDrop(dropped: DataTransfer): void }) {
  const [dragging, setDragging] = useState(false)
  return {
    dragging,
    leave: () => setDragging(false),
    listeners: {
      onDragOver(event: DragEvent) {
        if (!enabled || !event.dataTransfer?.types.includes('Files')) return
        event.preventDefault()
        setDragging(true)
      },
      onDrop(event: DragEvent) {
        if (!dragging) return
        event.preventDefault()
        setDragging(false)
        if (event.dataTransfer) onDrop(event.dataTransfer)
      },
    },
  }
}
