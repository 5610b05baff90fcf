/** Bubbles beside the launcher with words of the site owner, one at a time. A click opens the chat. */
import type { DrawnOptions } from '../../../options/drawn-options.ts'
import { localized } from '../../../options/localized.ts'
import { launcherWords } from '../../../ui/strings/launcher-words.ts'
import { localText } from '../../../ui/strings/local-text.ts'
import type { ExtrasHost, UpdateExtra } from '../extras-host.ts'
import { currentPlace } from '../page-place.ts'
import { createTeaserBubble } from './teaser-bubble.ts'
import { rememberDone, rememberShown, seenOf } from './teaser-memory.ts'
import { createTeaserProgress } from './teaser-progress.ts'
import { isDue, isReached, type Teaser, teasersOf } from './teaser-rules.ts'

export function createTeasers(host: ExtrasHost): UpdateExtra {
  const { chat, element, button, emit, signal } = host
  const progress = createTeaserProgress()
  const bubble = createTeaserBubble(button, { open, dismiss })
  let options: DrawnOptions | undefined
  let teasers: readonly Teaser[] = []
  let written = ''
  let shown: Teaser | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  /** The visitor has put one away: the next one comes with another page at the soonest. */
  let isQuiet = false
  let isWatching = false

  function hide(): void {
    clearTimeout(timer)
    shown = undefined
    bubble.hide()
  }

  /** Shows the first one that is due and whose time has come; otherwise looks again when that of one may have come. */
  function look(): void {
    clearTimeout(timer)
    if (!options || options.inline || chat.state.open || isQuiet || signal.aborted) return
    const isAway = element.hasAttribute('data-away')
    const where = currentPlace(progress.screen)
    const due = (teaser: Teaser) => isDue(teaser, seenOf(teaser), where, Date.now())
    if (shown && !isAway && due({ ...shown, howOften: 'always' })) return
    hide()
    if (isAway) return
    const waiting = teasers.filter(due)
    const now = progress.now()
    const ready = waiting.find((teaser) => isReached(teaser, now))
    if (ready) {
      show(ready)
      return
    }
    const waits = waiting.map(({ delaySeconds }) => delaySeconds - now.seconds).filter((wait) => wait > 0)
    // A moment later, since clocks of timers and of pages differ.
    if (waits.length > 0) timer = setTimeout(look, Math.min(...waits) * 1000 + 5)
  }

  function show(teaser: Teaser): void {
    shown = teaser
    bubble.show(teaser.text)
    rememberShown(teaser)
    emit('teaser', { text: teaser.text, action: 'shown' })
  }

  function open(): void {
    if (shown) emit('teaser', { text: shown.text, action: 'opened' })
    chat.open()
  }

  function dismiss(): void {
    const hadFocus = bubble.hasFocus()
    if (shown) {
      // Whoever hears of it may open the chat, which hides what was shown.
      rememberDone(shown)
      emit('teaser', { text: shown.text, action: 'dismissed' })
    }
    isQuiet = true
    hide()
    if (hadFocus) button.focus({ preventScroll: true })
  }

  /** Whoever has opened the chat knows of it. */
  function done(): void {
    for (const teaser of teasers) {
      rememberDone(teaser)
      if (teaser.howOften === 'visit') rememberShown(teaser)
    }
    isQuiet = true
    hide()
  }

  /** Only where a rule asks for it. */
  function watch(): void {
    if (isWatching || teasers.every(({ howOften }) => howOften === 'until-seen')) return
    isWatching = true
    progress.watch(host, {
      moved() {
        isQuiet = false
        look()
      },
      scrolled() {
        if (!shown && teasers.some(({ scrolledPercent }) => scrolledPercent)) look()
      },
      changed: look,
    })
  }

  function begin(next: readonly Teaser[]): void {
    teasers = next
    progress.restart()
    isQuiet = false
    hide()
    watch()
  }

  const offs = [chat.on('open', done), chat.on('close', look)]
  signal.addEventListener('abort', () => {
    for (const off of offs) off()
    hide()
  })

  return (next) => {
    options = next
    const { lang, strings } = next
    bubble.setWords(lang, launcherWords(lang, strings).dismiss)
    const all = next.inline
      ? []
      : teasersOf({ ...next, teaser: localized(next.teaser, lang) }, (text) => localText(text, lang))
    const text = JSON.stringify(all)
    if (text !== written) {
      written = text
      begin(all)
    }
    look()
  }
}
