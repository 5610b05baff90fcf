/** A bubble beside the launcher with a few words of the site owner's: a click opens the chat, and who dismisses it is left alone. */
import { openStorage } from '../../platform/storage.ts'
import type { ExtrasHost, UpdateExtra } from './extras-host.ts'
import { launcherWords } from './launcher-words.ts'

const DEFAULT_DELAY_SECONDS = 5

/** Holds the words that were dismissed, or answered by opening the chat, in this tab. */
const DONE_KEY = 'coze_chat_teaser'

export function createTeaser({ chat, element, root, button, signal }: ExtrasHost): UpdateExtra {
  const document = element.ownerDocument
  const storage = openStorage('session')
  // Stands empty before the words come, or no screen reader would say them.
  const place = document.createElement('div')
  place.setAttribute('role', 'status')
  let text = ''
  let dismissWord = ''
  let timer: ReturnType<typeof setTimeout> | undefined

  function hide(): void {
    clearTimeout(timer)
    place.replaceChildren()
  }

  function done(): void {
    if (text) storage.set(DONE_KEY, text)
    hide()
  }

  function dismiss(): void {
    const hadFocus = place.contains(root.activeElement)
    done()
    if (hadFocus) button.focus({ preventScroll: true })
  }

  function show(): void {
    const bubble = document.createElement('div')
    bubble.className = 'pop teaser'
    bubble.setAttribute('part', 'teaser')
    bubble.dir = 'auto'
    const words = document.createElement('button')
    words.type = 'button'
    words.textContent = text
    words.onclick = chat.open
    const cross = document.createElement('button')
    cross.type = 'button'
    cross.className = 'cross'
    cross.setAttribute('aria-label', dismissWord)
    cross.onclick = dismiss
    bubble.append(words, cross)
    bubble.onkeydown = (event) => {
      if (event.key === 'Escape') dismiss()
    }
    place.replaceChildren(bubble)
  }

  const off = chat.on('open', done)
  signal.addEventListener('abort', () => {
    off()
    hide()
  })

  return ({ teaser = '', teaserDelaySeconds = DEFAULT_DELAY_SECONDS, inline, lang, strings }) => {
    dismissWord = launcherWords(lang, strings).dismiss
    if (!place.isConnected) button.before(place)
    place.lang = lang
    const wanted = inline ? '' : teaser
    if (wanted === text) return
    hide()
    text = wanted
    if (!text || chat.state.open || storage.get(DONE_KEY) === text) return
    timer = setTimeout(show, Number(teaserDelaySeconds) * 1000)
  }
}
