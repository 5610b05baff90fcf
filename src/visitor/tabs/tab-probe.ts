/** Asks the other tabs whether one of them uses a name, and replies to theirs: for pages without Web Locks (plain http). */

import type { Platform } from '../../platform/browser.ts'
import { onAbort } from '../../platform/waiting/abort.ts'

/** `taken`: another tab uses the name. `own` also when nothing could be found out: keeping a visitor's chat is the better guess. */
export type ClaimVerdict = 'own' | 'taken'

/** How long other tabs have to object. */
const OBJECTION_MS = 150

/**
 * Whoever owns the name replies to later probes until the signal aborts.
 * @returns `own` after 150 ms without objection; of two tabs that probe at once, one gets `own`.
 */
export function probeTabs(name: string, platform: Platform, signal: AbortSignal): Promise<ClaimVerdict> {
  return new Promise((resolve) => {
    // Decides between two tabs that probe at the same moment: the smaller id wins.
    const me = platform.randomId()
    let probing = true
    const channel = platform.openChannel('coze-chat-tab', (message) => {
      if (message['name'] !== name) return
      const { from, to } = message
      if (to === me && probing) {
        end()
        resolve('taken')
      } else if (typeof from === 'string' && (!probing || me < from)) {
        channel.post({ name, to: from })
      }
    })
    const end = () => {
      platform.clock.clearTimeout(timer)
      channel.close()
    }
    const timer = platform.clock.setTimeout(() => {
      probing = false
      resolve('own')
    }, OBJECTION_MS)
    channel.post({ name, from: me })
    onAbort(signal, () => {
      end()
      resolve('own')
    })
  })
}
