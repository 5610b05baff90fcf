import type { LoadedConversation } from '../chat-session.ts'
import type { Turns } from './turns.ts'

/**
 * After a reload in mid-answer, the turn goes on at the server: its answer is fetched from there.
 *
 * @param turnId of the turn that was under way. Default: the newest question's, where it has no answer yet
 */
export function resumeLostTurn(turns: Turns, { page }: LoadedConversation, turnId?: string): void {
  const newest = page.messages.at(-1)
  const lost = turnId ?? (newest?.role === 'user' ? newest.turnId : undefined)
  if (lost !== undefined) void turns.resumeTurn(lost)
}
