/** A conversation as a Markdown file on the visitor's disk. */
import type { Attachment, ChatMessage, ChatState } from '../../chat/chat-state.ts'
import type { ChatStore } from '../../chat/chat-store.ts'
import { browserUrl, parseUrl } from '../../platform/addresses/parse-url.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { Strings } from '../strings/strings.ts'
import { timeOfDay } from '../strings/time-of-day.ts'

/** Characters of a file name that no system cuts off or refuses. */
const MAX_NAME = 60
/** Long enough for any browser to have read the file. */
const RELEASE_MS = 60_000

interface Writing {
  readonly strings: Pick<Strings, 'you' | 'assistant'>
  readonly lang: string
  /** What the agent is called; default: its own name. */
  readonly title?: string | undefined
}

/** @returns whether all of it could be fetched; half a conversation is not saved */
export async function saveConversation(
  store: ChatStore,
  panel: Writing & { readonly clock?: Clock | undefined },
): Promise<boolean> {
  if (!(await loadWhole(store))) return false
  const state = store.getState()
  download(toMarkdown(state, panel), fileName(nameOf(state, panel), (panel.clock ?? systemClock).now()))
  return true
}

/**
 * Fetches what was not fetched yet, page by page.
 * @returns whether the beginning was reached
 */
export async function loadWhole(store: ChatStore): Promise<boolean> {
  const { conversationId } = store.getState()
  for (;;) {
    const { hasOlder, messages, conversationId: now } = store.getState()
    if (now !== conversationId) return false
    if (!hasOlder) return true
    await store.loadOlder()
    const after = store.getState()
    if (after.hasOlder && after.messages.length === messages.length) return false
  }
}

/** What was asked and answered, with days, times and links to files. */
export function toMarkdown(state: ChatState, writing: Writing): string {
  const { strings, lang } = writing
  const name = nameOf(state, writing)
  const parts = [`# ${name}`]
  let day = ''
  for (const message of state.messages) {
    if (!isSaid(message)) continue
    const today = isoDay(message.createdAt)
    if (day !== today) parts.push(`## ${today}`)
    day = today
    const speaker = message.role === 'user' ? strings.you : name
    parts.push(`**${speaker}** · ${timeOfDay(message.createdAt, lang)}`)
    if (message.text) parts.push(message.text.trim())
    if (message.attachments.length > 0) parts.push(message.attachments.map((file) => `- ${toLink(file)}`).join('\n'))
  }
  return `${parts.join('\n\n')}\n`
}

/** `<agent> <date>.md`; what file systems give a meaning to, and marks that turn the reading direction, are left out. */
export function fileName(name: string, at: number): string {
  const plain = name
    .normalize('NFC')
    .replace(/[\p{C}\p{Z}\\/:*?"<>|.~]+/gu, ' ')
    .trim()
  return `${[...plain].slice(0, MAX_NAME).join('').trim() || 'chat'} ${isoDay(at)}.md`
}

/** As a click on a link would; a strict content security policy has nothing against it. */
function download(text: string, name: string): void {
  const link = document.createElement('a')
  link.href = browserUrl().createObjectURL(new Blob([text], { type: 'text/markdown;charset=utf-8' }))
  link.download = name
  link.click()
  setTimeout(() => browserUrl().revokeObjectURL(link.href), RELEASE_MS)
}

const nameOf = ({ agent }: ChatState, { title, strings }: Writing) => title || agent?.name || strings.assistant

const isSaid = ({ status, text, attachments }: ChatMessage) =>
  status !== 'queued' && (text.trim() !== '' || attachments.length > 0)

function toLink({ name, url }: Attachment): string {
  const label = name.replace(/[\\[\]]/g, '\\$&')
  const address = url && /^https?:/i.test(url) ? parseUrl(url) : undefined
  return address ? `[${label}](<${address.href}>)` : label
}

/** On the visitor's own calendar; every language sorts it. */
function isoDay(at: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
