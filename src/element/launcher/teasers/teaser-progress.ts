/** How long the visitor has been at this address, how far they have scrolled, and whether they are about to leave. */
import { monotonic } from '../../../platform/clock.ts'
import type { ExtrasHost } from '../extras-host.ts'
import { smallScreen } from '../page-place.ts'
import type { Progress } from './teaser-rules.ts'

interface Listener {
  /** The visitor has come to another address. */
  moved(): void
  /** They have scrolled. */
  scrolled(): void
  /** They are about to leave, or the screen has become another one. */
  changed(): void
}

export interface TeaserProgress {
  now(): Progress
  /** Counts from now on, as at another address. */
  restart(): void
  watch(host: ExtrasHost, listener: Listener): void
  /** Whether it is a phone's. */
  readonly screen: MediaQueryList
}

export function createTeaserProgress(): TeaserProgress {
  const screen = smallScreen()
  /** When the visitor came to this address. */
  let since = monotonic()
  let isLeaving = false

  function restart(): void {
    since = monotonic()
  }

  return {
    screen,
    now: () => ({
      seconds: (monotonic() - since) / 1000,
      scrolledPercent: scrolledPercent(document),
      isLeaving,
    }),
    restart,
    watch({ onAddress, signal }, { moved, scrolled, changed }) {
      const passive = { signal, passive: true }
      onAddress(() => {
        restart()
        isLeaving = false
        moved()
      })
      screen.addEventListener('change', changed, { signal })
      document.addEventListener('scroll', scrolled, { ...passive, capture: true })
      document.documentElement.addEventListener(
        'mouseleave',
        ({ clientY }) => {
          if (clientY > 0) return
          isLeaving = true
          changed()
        },
        passive,
      )
    },
  }
}

/** Of what can be scrolled; of a page that cannot be, all of it is seen. */
function scrolledPercent({ scrollingElement }: Document): number {
  if (!scrollingElement) return 0
  const { scrollTop, scrollHeight, clientHeight } = scrollingElement
  return scrollHeight > clientHeight ? (scrollTop / (scrollHeight - clientHeight)) * 100 : 100
}
