/** Which bubble may be shown, and when. Pure. */
import type { DrawnOptions } from '../../../options/drawn-options.ts'
import type { TeaserRule } from '../../../options/widget-options.ts'
import { isWanted, type Place } from '../address-patterns.ts'

/** A rule as it acts. `until-seen`: until the visitor has put it away or opened the chat, in this tab; so acts the option `teaser`. */
export interface Teaser extends Omit<TeaserRule, 'howOften' | 'text'> {
  readonly text: string
  readonly delaySeconds: number
  readonly howOften: NonNullable<TeaserRule['howOften']> | 'until-seen'
}

/** What has happened on the page since the visitor came to this address. */
export interface Progress {
  readonly seconds: number
  readonly scrolledPercent: number
  readonly isLeaving: boolean
}

/** When a bubble was shown last, in milliseconds since the epoch, and when the visitor was done with it. */
export interface Seen {
  readonly shownAt?: number | undefined
  readonly inThisTab: boolean
  readonly isDone: boolean
}

const DAY_MS = 86_400_000
const PAUSE_MS: Readonly<Partial<Record<Teaser['howOften'], number>>> = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  once: Number.POSITIVE_INFINITY,
}

/** @param textOf the words in the visitor's language */
export function teasersOf(
  {
    teaser = '',
    teaserDelaySeconds,
  }: Pick<DrawnOptions, 'teaserDelaySeconds'> & { teaser?: string | readonly TeaserRule[] | undefined },
  textOf: (text: TeaserRule['text']) => string,
): readonly Teaser[] {
  const teasers: readonly Teaser[] =
    typeof teaser === 'string'
      ? [{ text: teaser, delaySeconds: teaserDelaySeconds, howOften: 'until-seen' }]
      : [teaser].flat().map((rule) => ({
          ...rule,
          text: textOf(rule.text),
          delaySeconds: rule.delaySeconds ?? teaserDelaySeconds,
          howOften: rule.howOften ?? 'visit',
        }))
  return teasers.filter(({ text }) => text)
}

/** Whether it may come at all; what was seen of it may forbid that, and the address. */
export function isDue(teaser: Teaser, seen: Seen, place: Place, now: number): boolean {
  if (!isWanted(teaser, place)) return false
  const { howOften } = teaser
  if (howOften === 'until-seen') return !seen.isDone
  if (howOften === 'always') return true
  if (howOften === 'visit') return !seen.inThisTab
  return seen.shownAt === undefined || Math.abs(now - seen.shownAt) >= (PAUSE_MS[howOften] ?? 0)
}

/** Whether the visitor has stayed, scrolled or left as far as it asks. */
export function isReached({ delaySeconds, scrolledPercent = 0, exitIntent }: Teaser, progress: Progress): boolean {
  const { seconds, isLeaving } = progress
  return seconds >= delaySeconds && progress.scrolledPercent >= scrolledPercent && (!exitIntent || isLeaving)
}
