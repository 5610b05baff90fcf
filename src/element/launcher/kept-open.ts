/** A chat that was open stays so when the visitor goes on to another page of the site, in this tab. */
import { agentKey } from '../../options/widget-options.ts'
import { SMALL_SCREEN } from '../../platform/page/screen.ts'
import { openStorage } from '../../platform/storage/storage.ts'
import type { ExtrasHost, UpdateExtra } from './extras-host.ts'

/** Storage key of the agents whose chats are open, one text for all of them. */
const OPEN_KEY = 'coze_chat_open'

export function createKeptOpen({ chat, reopen, signal }: ExtrasHost): UpdateExtra {
  const storage = openStorage('session')
  let wanted = false
  let agent = ''

  const openAgents = () => (storage.get(OPEN_KEY) ?? '').split(' ').filter((name) => name !== '')

  function remember(isOpen: boolean): void {
    if (!wanted) return
    const others = openAgents().filter((name) => name !== agent)
    const all = isOpen ? [...others, agent] : others
    if (all.length > 0) storage.set(OPEN_KEY, all.join(' '))
    else storage.remove(OPEN_KEY)
  }

  const offs = [chat.on('open', () => remember(true)), chat.on('close', () => remember(false))]
  signal.addEventListener('abort', () => {
    for (const off of offs) off()
  })

  return (options) => {
    const wantedBefore = wanted
    wanted = Boolean(options.keepOpen) && !options.inline
    agent = agentKey(options)
    if (!wanted || wantedBefore) return
    if (chat.state.open) remember(true)
    // On a phone the chat would lie over the page that the visitor has just asked for.
    else if (openAgents().includes(agent) && !matchMedia(SMALL_SCREEN).matches) reopen()
  }
}
