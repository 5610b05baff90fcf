/** What the visitor has seen of the bubbles, in this tab and in this browser. */
import { openStorage } from '../../../platform/storage/storage.ts'
import type { Seen, Teaser } from './teaser-rules.ts'

/** Storage key of the words that were put away, or followed by opening the chat, in this tab. */
const DONE_KEY = 'coze_chat_teaser'
/** Storage key of what was shown, by its words: in this tab, and in this browser. */
const SHOWN_KEY = 'coze_chat_teasers'
/** How many of them are remembered. */
const MAX_SHOWN = 50

const tab = openStorage('session')
const browser = openStorage('local')

function readShown(storage: typeof tab): Record<string, number> {
  try {
    const read: unknown = JSON.parse(storage.get(SHOWN_KEY) ?? '{}')
    return typeof read === 'object' && read !== null ? { ...(read as Record<string, number>) } : {}
  } catch {
    return {}
  }
}

export function seenOf({ text }: Teaser): Seen {
  const at = readShown(browser)[text]
  return {
    shownAt: Number.isFinite(at) ? at : undefined,
    inThisTab: Object.hasOwn(readShown(tab), text),
    isDone: tab.get(DONE_KEY) === text,
  }
}

/** It was shown, or counts as such. */
export function rememberShown({ text, howOften }: Teaser): void {
  if (howOften === 'always' || howOften === 'until-seen') return
  const storage = howOften === 'visit' ? tab : browser
  const entries = Object.entries({ ...readShown(storage), [text]: Date.now() })
  storage.set(SHOWN_KEY, JSON.stringify(Object.fromEntries(entries.sort(([, a], [, b]) => b - a).slice(0, MAX_SHOWN))))
}

/** The visitor is done with it. */
export function rememberDone({ text, howOften }: Teaser): void {
  if (howOften === 'until-seen') tab.set(DONE_KEY, text)
}
