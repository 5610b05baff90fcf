/** What a launcher can do beyond opening the chat, where the options ask for it: shape, presence, teasers, moving, shortcut, title badge, staying open. */

import type { Emitter } from '../../platform/emitter.ts'
import { adoptStyles } from '../../platform/page/adopt-styles.ts'
import type { ChatEventMap, ChatWidget } from '../chat-widget.ts'
import { watchAddress } from './address-watch.ts'
import type { UpdateExtra } from './extras-host.ts'
import { createKeptOpen } from './kept-open.ts'
import extrasStyles from './launcher-extras.css?inline'
import { createLauncherPresence } from './launcher-presence.ts'
import { createLauncherShape } from './launcher-shape.ts'
import { createMovable } from './moving/movable.ts'
import { createShortcut } from './shortcut.ts'
import { createTeasers } from './teasers/teasers.ts'
import { createTitleBadge } from './title-badge.ts'

/**
 * @param root the element's shadow root, with frame and launcher in it
 * @param signal aborted when the chat is destroyed; nothing is left then
 * @param reopen opens the chat and leaves the focus where it is
 * @returns a function to be called with the options now and after each change of them
 */
export function createLauncherExtras(
  chat: ChatWidget,
  root: ShadowRoot,
  signal: AbortSignal,
  emit: Emitter<ChatEventMap>['emit'],
  reopen: () => void,
): UpdateExtra {
  let extras: readonly UpdateExtra[] | undefined

  function begin(nonce: string | undefined): readonly UpdateExtra[] {
    const button = root.querySelector<HTMLButtonElement>('.launcher')
    if (!button) return []
    const onAddress = (listener: () => void) => watchAddress(listener, signal)
    const host = { chat, element: root.host as HTMLElement, root, button, emit, reopen, onAddress, signal }
    adoptStyles(root, extrasStyles, nonce)
    return [
      createLauncherShape,
      createLauncherPresence,
      createTeasers,
      createMovable,
      createShortcut,
      createTitleBadge,
      createKeptOpen,
    ].map((create) => create(host))
  }

  return (options) => {
    if (signal.aborted) return
    extras ??= begin(options.nonce)
    for (const update of extras) update(options)
  }
}
