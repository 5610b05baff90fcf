/** The bubble beside the launcher, with the owner's words and a cross. */
import { make } from '../../make.ts'

export interface TeaserBubble {
  show(text: string): void
  hide(): void
  hasFocus(): boolean
  /** In which language its words are, and how its cross is called. */
  setWords(lang: string, dismiss: string): void
}

/** @param button the launcher, which it stands before */
export function createTeaserBubble(
  button: HTMLElement,
  { open, dismiss }: { open(): void; dismiss(): void },
): TeaserBubble {
  // The empty place is there before the words, or screen readers would not say them.
  const place = make(new DocumentFragment(), 'div', { role: 'status' })
  let dismissWord = ''
  return {
    show(text) {
      const bubble = make(new DocumentFragment(), 'div', { class: 'pop teaser', part: 'teaser', dir: 'auto' })
      const words = make(bubble, 'button', { type: 'button' })
      words.textContent = text
      words.onclick = open
      make(bubble, 'button', { type: 'button', class: 'cross', 'aria-label': dismissWord }).onclick = dismiss
      bubble.onkeydown = (event) => {
        if (event.key === 'Escape') dismiss()
      }
      place.replaceChildren(bubble)
    },
    hide: () => place.replaceChildren(),
    hasFocus: () => place.contains((place.getRootNode() as ShadowRoot).activeElement),
    setWords(lang, dismiss) {
      dismissWord = dismiss
      if (!place.isConnected) button.before(place)
      place.lang = lang
    },
  }
}
