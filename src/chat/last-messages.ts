/**
 * The newest messages of the conversation on screen, kept in the browser, so that a visitor who comes back sees them at once instead
 * of after two requests. They are drawn only for a subject that the server has just confirmed, and the server's own list takes their
 * place. A chunk of its own.
 */
import { systemClock } from '../platform/clock.ts'
import { randomId } from '../platform/random.ts'
import { createSealedStore, type SealedStore } from '../platform/sealed-store.ts'
import { type Change, fromStored } from './chat-reducer.ts'
import type { AgentProfile, Attachment, ChatMessage, ChatState } from './chat-state.ts'
import type { ChatStore } from './chat-store.ts'
import type { StoredMessage } from './chat-transport.ts'

/** Whose messages they are. */
export interface Owner {
  readonly state: { readonly subject: string | undefined }
  /** Aborted when somebody else may be there. */
  readonly signal: AbortSignal
  /** Of the confirmed subject; gone the moment he leaves. */
  recall(): { readonly conversationId?: string; readonly seal?: string }
  remember(memory: { seal: string }): void
  on(type: 'change', listener: () => void): unknown
}

export interface LastMessages {
  /** Puts them into the state, unless the server was faster. Never rejects. */
  show(apply: ShowEarly): Promise<void>
}

export type ShowEarly = (change: Change) => void

interface Kept {
  readonly conversationId: string
  readonly agent: AgentProfile | undefined
  readonly messages: readonly StoredMessage[]
  readonly hasOlder: boolean
}

/** As many as the first page of the server's list, so that what takes their place is as long. */
const MAX_MESSAGES = 20
const MAX_BYTES = 200_000

const known = new WeakMap<Owner, LastMessages>()

/**
 * From the first call on, what is on screen is kept.
 * @param show puts what is kept into the state, if the server was not faster
 */
export function keepLastMessages(agent: string, owner: Owner, store: ChatStore, show?: ShowEarly): void {
  const last = known.get(owner) ?? createLastMessages(agent, owner, store)
  known.set(owner, last)
  if (show) void last.show(show)
}

/**
 * @param agent separates several agents on one origin
 * @param sealed where they are kept
 */
export function createLastMessages(
  agent: string,
  owner: Owner,
  store: Pick<ChatStore, 'getState' | 'subscribe'>,
  sealed: SealedStore = createSealedStore('coze-chat', systemClock),
): LastMessages {
  let kept: ChatState['messages'] | undefined
  // Also what visitors before this one left, whose secrets are gone already.
  owner.on('change', () => void sealed.clear())
  store.subscribe(look)
  look()

  /** Undefined where only the id of the tab stands for the visitor: that is the same for whoever signs in next. */
  function entryName(): string | undefined {
    const { subject } = owner.state
    return subject === undefined || subject.startsWith('l_') ? undefined : `1 ${agent} ${subject}`
  }

  return {
    async show(apply) {
      const { signal } = owner
      const { conversationId, seal } = owner.recall()
      const name = entryName()
      if (name === undefined || conversationId === undefined || seal === undefined) return
      const kept = (await sealed.read(name, seal)) as Kept | undefined
      if (!signal.aborted && kept?.conversationId === conversationId) apply(showKept(kept))
    },
  }

  function look(): void {
    const { phase, turn, messages } = store.getState()
    if (phase !== 'ready' || turn.phase !== 'idle' || messages === kept || messages.at(-1)?.status === 'queued') return
    kept = messages
    void keep()
  }

  async function keep(): Promise<void> {
    const { signal } = owner
    const { seal = randomId() } = owner.recall()
    const name = entryName()
    if (name === undefined) return
    const written = await sealed.write(name, seal, summary(store.getState()))
    if (signal.aborted) await sealed.clear()
    else if (written) owner.remember({ ...owner.recall(), seal })
  }
}

/** Nothing can be asked of these: there is no conversation in the state before the server has named it. */
const showKept =
  ({ agent, messages, hasOlder }: Kept): Change =>
  (state) => {
    if (state.phase !== 'opening' || state.messages.some(({ id }) => id !== undefined)) return state
    return {
      ...state,
      agent: state.agent ?? agent,
      messages: [...messages.map(fromStored), ...state.messages],
      hasOlder,
    }
  }

/** Undefined where there is nothing to keep. */
function summary({ conversationId = '', agent, messages, hasOlder }: ChatState): Kept | undefined {
  const kept: StoredMessage[] = []
  let bytes = 0
  for (const message of messages.slice(-MAX_MESSAGES).reverse()) {
    if (message.status !== 'sent' && message.status !== 'complete' && message.status !== 'stopped') continue
    const stored = toStored(message)
    bytes += new TextEncoder().encode(JSON.stringify(stored)).length
    if (bytes > MAX_BYTES) break
    kept.unshift(stored)
  }
  if (kept.length === 0) return undefined
  return {
    conversationId,
    agent: agent && { ...agent, iconUrl: lastingUrl(agent.iconUrl) },
    messages: kept,
    hasOlder: hasOlder || kept.length < messages.length,
  }
}

/** As the server's list has it: without what was seen only while it was written. */
function toStored(message: ChatMessage): StoredMessage {
  const { key, id = key, turnId, sectionId, role, text, createdAt, attachments } = message
  const answer = message.role === 'assistant' ? message : undefined
  return {
    id,
    turnId,
    sectionId,
    role,
    contentType: answer?.contentType ?? 'text',
    text,
    reasoning: answer?.reasoning?.text,
    attachments: attachments.map((attachment): Attachment => ({ ...attachment, url: lastingUrl(attachment.url) })),
    createdAt,
  }
}

/** What is in a query is a signature, which expires and is nobody's business; an object URL ends with its page. */
function lastingUrl(url: string | undefined): string | undefined {
  return url !== undefined && /^https:[^?]*$/.test(url) ? url : undefined
}
