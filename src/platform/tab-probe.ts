/** Asks the other tabs whether one of them uses a name, and answers theirs: for pages without Web Locks (plain http). */
import { onAbort } from './abort.ts'
import type { Platform } from './browser.ts'
import { openTabChannel } from './tab-channel.ts'
import type { ClaimVerdict } from './tab-claim.ts'

/** How long other tabs have to object. */
const OBJECTION_MS = 150

/** Whoever owns the name goes on answering until the signal aborts. */
export function probeTabs(name: string, platform: Platform, signal: AbortSignal): Promise<ClaimVerdict> {
  return new Promise((resolve) => {
    // Orders two tabs that ask at the same moment.
    const me = platform.randomId()
    let asking = true
    const channel = openTabChannel('coze-chat-tab', platform, (message) => {
      if (message['name'] !== name) return
      const { from, to } = message
      if (to === me && asking) {
        end()
        resolve('taken')
      } else if (typeof from === 'string' && (!asking || me < from)) {
        channel.post({ name, to: from })
      }
    })
    const end = () => {
      platform.clock.clearTimeout(timer)
      channel.close()
    }
    const timer = platform.clock.setTimeout(() => {
      asking = false
      resolve('own')
    }, OBJECTION_MS)
    channel.post({ name, from: me })
    onAbort(signal, () => {
      end()
      resolve('own')
    })
  })
}
