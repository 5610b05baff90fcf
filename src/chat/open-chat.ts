/** Opens the chat: agent, conversation and history, once per session and again after a failure. */
import { type ErrorCode, toCozeChatError } from '../errors.ts'
import { createLinkedAbort } from '../platform/waiting/linked-abort.ts'
import type { ChatMemory } from './chat-memory.ts'
import type { ChatSession } from './chat-session.ts'
import type { ChatState } from './chat-state.ts'
import type { ChatTransport } from './chat-transport.ts'
import type { Connection } from './connection.ts'
import type { StateContainer } from './state-container.ts'
import { resumeLostTurn } from './turns/resume-lost-turn.ts'
import type { Turns } from './turns/turns.ts'

export interface Opening {
  /** Without effect once the chat is open. Never rejects: see `state.problem`. */
  open(): Promise<void>
  /** Forgets what is under way. */
  reset(): void
}

export interface OpeningOptions {
  memory: ChatMemory | undefined
  connection: Connection | undefined
}

/** The agent can be talked to although its profile cannot be read. */
const PROFILE_HIDDEN: readonly ErrorCode[] = ['permission_denied', 'not_published']

export function createOpening(
  container: StateContainer,
  session: ChatSession,
  transport: ChatTransport,
  turns: Turns,
  { memory, connection }: OpeningOptions,
): Opening {
  const { apply, attempt, getState, set } = container
  let opening: Promise<void> | undefined
  /** A conversation is on screen, or it is known that there is none yet. */
  let hasConversation = false
  /** The profile is there, or this visitor may not read it. */
  let hasProfile = false

  async function load(lifetime: AbortSignal): Promise<void> {
    set(lifetime, { phase: 'opening', problem: undefined, loadingAgent: !hasProfile })
    // Where one of the two fails, the other one is not waited for.
    const { signal, abort, unlink } = createLinkedAbort(lifetime)
    const work = async () => {
      await Promise.all([hasConversation || openConversation(lifetime, signal), hasProfile || loadAgent(signal)])
      if (getState().phase !== 'ready') set(signal, { phase: 'ready' })
    }
    await attempt(lifetime, work, (state) => ({ ...state, phase: 'failed', loadingAgent: false }))
    const { phase, problem } = getState()
    if (phase === 'failed') abort()
    unlink()
    if (lifetime.aborted) return
    opening = undefined
    // Offline the questions wait.
    if (phase === 'failed' && problem !== undefined && connection?.isOnline() !== false) {
      turns.failQueue(lifetime, problem)
    }
    turns.drainQueue()
  }

  /** Questions can be asked as soon as it is there, with or without the agent's profile. */
  async function openConversation(lifetime: AbortSignal, signal: AbortSignal): Promise<void> {
    const shown = session.thread.signal
    const recalled = (await memory?.recall((change) => apply(lifetime, change))) ?? {}
    const loaded = await session.load(signal, recalled)
    if (signal.aborted) return
    hasConversation = true
    // The visitor has opened another one meanwhile.
    if (shown.aborted) return
    turns.showConversation(loaded, true)
    resumeLostTurn(turns, loaded, loaded.conversation?.id === recalled.conversationId ? recalled.turnId : undefined)
    turns.drainQueue()
  }

  async function loadAgent(signal: AbortSignal): Promise<void> {
    let found: Pick<Partial<ChatState>, 'agent'> = {}
    try {
      found = { agent: await transport.loadAgent(signal) }
    } catch (thrown) {
      if (!PROFILE_HIDDEN.includes(toCozeChatError(thrown).code)) throw thrown
    }
    hasProfile = !signal.aborted
    set(signal, { ...found, loadingAgent: false })
  }

  /** Another tab of this visitor has begun the conversation that is missing here. */
  function isBegunElsewhere(): boolean {
    const { conversationId, turn } = getState()
    return conversationId === undefined && turn.phase === 'idle' && memory?.lastConversation() !== undefined
  }

  return {
    async open() {
      if (opening === undefined && getState().phase === 'ready') {
        if (!isBegunElsewhere()) return
        hasConversation = false
      }
      opening ??= load(session.signal)
      return opening
    },
    reset() {
      opening = undefined
      hasConversation = false
      hasProfile = false
    },
  }
}
