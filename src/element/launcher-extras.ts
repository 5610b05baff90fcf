/** What a launcher can do beyond opening the chat: teaser, moving, shortcut, title. A file of its own, for pages whose options ask for it. */
import { adoptStyles } from '../platform/adopt-styles.ts'
import type { ChatWidget } from './chat-controller.ts'
import type { UpdateExtra } from './launcher/extras-host.ts'
import { extrasStyles } from './launcher/extras-styles.ts'
import { createMovable } from './launcher/movable.ts'
import { createShortcut } from './launcher/shortcut.ts'
import { createTeaser } from './launcher/teaser.ts'
import { createTitleBadge } from './launcher/title-badge.ts'

/**
 * @param root the element's, with frame and launcher in it
 * @param signal aborted when the chat is destroyed: nothing is left then
 * @returns called with the options now and after each change of the look
 */
export function createLauncherExtras(chat: ChatWidget, root: ShadowRoot, signal: AbortSignal): UpdateExtra {
  let extras: readonly UpdateExtra[] | undefined

  function begin(nonce: string | undefined): readonly UpdateExtra[] {
    const button = root.querySelector<HTMLButtonElement>('.launcher')
    if (!button) return []
    const host = { chat, element: root.host as HTMLElement, root, button, signal }
    adoptStyles(root, extrasStyles, nonce)
    return [createTeaser, createMovable, createShortcut, createTitleBadge].map((create) => create(host))
  }

  return (options) => {
    if (signal.aborted) return
    extras ??= begin(options.nonce)
    for (const update of extras) update(options)
  }
}
