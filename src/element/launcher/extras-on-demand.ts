/** Few pages ask for more than a button, and theirs can wait until the page has nothing else to do. */
import type { DrawnOptions } from '../../options/drawn-options.ts'
import { hasLauncher } from '../placement.ts'
import type { UpdateExtra } from './extras-host.ts'

/** Options that decide whether the launcher is seen and what it looks like. */
const HELD_BACK_BY = ['launcherText', 'launcherIcon', 'launcherSize', 'hideOn', 'showOn']

/**
 * Hides and shows the launcher, and loads its extras when an option first asks for one.
 * @param load imports them; called once
 * @param fail is told when they do not come; the launcher is shown without them then
 * @returns a function to be called with the options now and after each change of them
 */
export function createExtrasOnDemand(
  launcher: HTMLButtonElement,
  load: () => Promise<UpdateExtra>,
  fail: (error: unknown) => void,
): UpdateExtra {
  let extras: Promise<UpdateExtra> | undefined
  let newest: DrawnOptions

  function goOnWithout(error: unknown): UpdateExtra {
    fail(error)
    return (options) => {
      launcher.hidden = !hasLauncher(options)
    }
  }

  return (options) => {
    newest = options
    const { teaser, movable, shortcut, titleBadge, keepOpen } = options
    const isHeldBack = HELD_BACK_BY.some((option) => option in options)
    // Not to be seen before it has its shape and is known to be wanted at this address.
    launcher.hidden = isHeldBack || !hasLauncher(options)
    if (isHeldBack || teaser || movable || shortcut || titleBadge || keepOpen) extras ??= load().catch(goOnWithout)
    extras?.then((update) => update(newest)).catch(fail)
  }
}
