/** One message of the replica. */
import type { ReplicaElements } from './replica-elements.ts'

export interface Bubble {
  readonly row: HTMLElement
  append(text: string): void
  replace(text: string): void
  markFailed(): void
}

export function createBubble(
  { element }: ReplicaElements,
  role: string,
  text: string,
  on: {
    /** The bubble has become longer. */
    grown(): void
    /** A picture was chosen. */
    preview(url: string): void
  },
  failedWord: string,
): Bubble {
  const row = element('div', 'coze-replica-row')
  row.dataset['role'] = role
  const bubble = element('div', 'coze-replica-bubble', text)
  row.append(bubble)
  return {
    row,
    append(more) {
      bubble.append(more)
      on.grown()
    },
    replace(whole) {
      bubble.textContent = whole
      for (const [, url = ''] of whole.matchAll(/!\[[^\]]*\]\((\S+?)\)/g)) {
        const image = element('img', 'coze-replica-image')
        image.src = url
        image.alt = ''
        image.onclick = () => on.preview(url)
        bubble.append(image)
      }
    },
    markFailed() {
      const mark = element('span', 'coze-replica-failed', '!')
      mark.setAttribute('role', 'img')
      mark.setAttribute('aria-label', failedWord)
      row.append(mark)
    },
  }
}
