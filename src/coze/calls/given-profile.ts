/** A profile that the site's token endpoint gave along with the token (`protocol/token-endpoint.ts`). It saves a request and is never relied on. */
import type { Profile } from './target.ts'

/**
 * @param given `{ id, profile }`, or anything else
 * @param id of the agent or chatflow that is talked to
 * @param read makes a profile of Coze's fields; may throw for what are none
 * @returns undefined for what is no profile of this agent
 */
export function readGivenProfile<Wire>(given: unknown, id: string, read: (wire: Wire) => Profile): Profile | undefined {
  try {
    const { id: givenId, profile } = given as { id?: unknown; profile: Wire }
    const found = givenId === id ? read(profile) : undefined
    return found && isSound(found) ? found : undefined
  } catch {
    return undefined
  }
}

/** What is drawn as text has to be text. */
function isSound({ agent, voiceId = '' }: Profile): boolean {
  const { name, description, iconUrl = '', greeting, suggestions, shortcuts, background } = agent
  const { wide = '', narrow = '' } = background ?? {}
  const texts: unknown[] = [
    voiceId,
    wide,
    narrow,
    name,
    description,
    iconUrl,
    greeting,
    ...shortcuts.flatMap(Object.values),
  ]
  return Array.isArray(suggestions) && [...texts, ...suggestions].every((text) => typeof text === 'string')
}
