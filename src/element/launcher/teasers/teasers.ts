/** A bubble beside the launcher with words of the site owner, one at a time. A click opens the chat. */

import type { DrawnOptions } from '../../../options/drawn-options.ts'
import { localized } from '../../../options/localized.ts'
import { systemClock } from '../../../platform/clock.ts'
import { openStorage } from '../../../platform/storage/storage.ts'
import { launcherWords } from '../../../ui/strings/launcher-words.ts'
import { localText } from '../../../ui/strings/local-text.ts'
import type { ExtrasHost, UpdateExtra } from '../extras-host.ts'
import { currentPlace, smallScreen } from '../page-place.ts'
import { isDue, isReached, type Seen, type Teaser, teasersOf } from './teaser-rules.ts'

/** Storage key of the words that were put away, or followed by opening the chat, in this tab. */
const DONE_KEY = 'coze_chat_teaser'
/** Storage key of what was shown, by its words: in this tab, and in this browser. */
const SHOWN_KEY = 'coze_chat_teasers'
/** How many of them are remembered. */
const MAX_SHOWN = 50

export function createTeasers({ chat, element, root, button, emit, onAddress, signal }: ExtrasHost): UpdateExtra {
  const document = element.ownerDocument
  const tab = openStorage('session')
  const browser = openStorage('local')
  const screen = smallScreen()
  // The empty place is there before the words, or screen readers would not say them.
  const place = document.createElement('div')
  place.setAttribute('role', 'status')
  let options: DrawnOptions | undefined
  let teasers: readonly Teaser[] = []
  let written = ''
  let shown: Teaser | undefined
  let dismissWord = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  /** When the visitor came to this address. */
  let since = systemClock.monotonic()
  let isLeaving = false
  /** The visitor has put one away: the next one comes with another page at the soonest. */
  let isQuiet = false
  let isWatching = false

  function readShown(storage: typeof tab): Record<string, number> {
    try {
      const read: unknown = JSON.parse(storage.get(SHOWN_KEY) ?? '{}')
      return typeof read === 'object' && read !== null ? { ...(read as Record<string, number>) } : {}
    } catch {
      return {}
    }
  }

  function seen({ text }: Teaser): Seen {
    const at = readShown(browser)[text]
    return {
      shownAt: Number.isFinite(at) ? at : undefined,
      inThisTab: Object.hasOwn(readShown(tab), text),
      isDone: tab.get(DONE_KEY) === text,
    }
  }

  function remember({ text, howOften }: Teaser): void {
    if (howOften === 'always' || howOften === 'until-seen') return
    const storage = howOften === 'visit' ? tab : browser
    const entries = Object.entries({ ...readShown(storage), [text]: Date.now() })
    storage.set(
      SHOWN_KEY,
      JSON.stringify(Object.fromEntries(entries.sort(([, a], [, b]) => b - a).slice(0, MAX_SHOWN))),
    )
  }

  function hide(): void {
    clearTimeout(timer)
    shown = undefined
    place.replaceChildren()
  }

  /** Shows the first one that is due and whose time has come; otherwise looks again when that of one may have come. */
  function look(): void {
    clearTimeout(timer)
    if (!options || options.inline || chat.state.open || isQuiet || signal.aborted) return
    const isAway = element.hasAttribute('data-away')
    const where = currentPlace(screen)
    if (shown && !isAway && isDue({ ...shown, howOften: 'always' }, seen(shown), where, Date.now())) return
    hide()
    if (isAway) return
    const due = teasers.filter((teaser) => isDue(teaser, seen(teaser), where, Date.now()))
    const seconds = (systemClock.monotonic() - since) / 1000
    const progress = { seconds, scrolledPercent: scrolledPercent(document), isLeaving }
    const ready = due.find((teaser) => isReached(teaser, progress))
    if (ready) {
      show(ready)
      return
    }
    const waits = due.map(({ delaySeconds }) => delaySeconds - seconds).filter((wait) => wait > 0)
    // A moment later, since clocks of timers and of pages differ.
    if (waits.length > 0) timer = setTimeout(look, Math.min(...waits) * 1000 + 5)
  }

  function done(): void {
    for (const teaser of teasers) {
      // Whoever has opened the chat knows of it.
      if (teaser.howOften === 'until-seen') tab.set(DONE_KEY, teaser.text)
      if (teaser.howOften === 'visit') remember(teaser)
    }
    isQuiet = true
    hide()
  }

  function dismiss(): void {
    const hadFocus = place.contains(root.activeElement)
    if (shown) emit('teaser', { text: shown.text, action: 'dismissed' })
    if (shown?.howOften === 'until-seen') tab.set(DONE_KEY, shown.text)
    isQuiet = true
    hide()
    if (hadFocus) button.focus({ preventScroll: true })
  }

  function show(teaser: Teaser): void {
    shown = teaser
    const bubble = document.createElement('div')
    bubble.className = 'pop teaser'
    bubble.setAttribute('part', 'teaser')
    bubble.dir = 'auto'
    const words = document.createElement('button')
    words.type = 'button'
    words.textContent = teaser.text
    words.onclick = () => {
      emit('teaser', { text: teaser.text, action: 'opened' })
      chat.open()
    }
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
    remember(teaser)
    emit('teaser', { text: teaser.text, action: 'shown' })
  }

  /** Only where a rule asks for it. */
  function watch(): void {
    if (isWatching || teasers.every(({ howOften }) => howOften === 'until-seen')) return
    isWatching = true
    onAddress(() => {
      since = systemClock.monotonic()
      isLeaving = isQuiet = false
      look()
    })
    const passive = { signal, passive: true }
    screen.addEventListener('change', look, { signal })
    document.addEventListener(
      'scroll',
      () => {
        if (!shown && teasers.some(({ scrolledPercent }) => scrolledPercent)) look()
      },
      { ...passive, capture: true },
    )
    document.documentElement.addEventListener(
      'mouseleave',
      ({ clientY }) => {
        if (clientY > 0) return
        isLeaving = true
        look()
      },
      passive,
    )
  }

  const off = chat.on('open', done)
  const offClose = chat.on('close', look)
  signal.addEventListener('abort', () => {
    off()
    offClose()
    hide()
  })

  return (next) => {
    options = next
    const { lang, strings } = next
    dismissWord = launcherWords(lang, strings).dismiss
    if (!place.isConnected) button.before(place)
    place.lang = lang
    const all = next.inline
      ? []
      : teasersOf({ ...next, teaser: localized(next.teaser, lang) }, (text) => localText(text, lang))
    const text = JSON.stringify(all)
    if (text !== written) {
      written = text
      teasers = all
      since = systemClock.monotonic()
      isQuiet = false
      hide()
      watch()
    }
    look()
  }
}

/** Of what can be scrolled; of a page that cannot be, all of it is seen. */
function scrolledPercent({ scrollingElement }: Document): number {
  if (!scrollingElement) return 0
  const { scrollTop, scrollHeight, clientHeight } = scrollingElement
  return scrollHeight > clientHeight ? (scrollTop / (scrollHeight - clientHeight)) * 100 : 100
}
