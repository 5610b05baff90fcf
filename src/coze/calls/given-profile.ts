/** A profile that the site's token endpoint gave along with the token (`protocol/token-endpoint.ts`). It saves a request and is never relied on. */
import { plainProfile } from './plain-profile.ts'
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
    // A profile that holds anything else than text is Coze's to tell.
    return found && JSON.stringify(plainProfile(found)) === JSON.stringify(found) ? found : undefined
  } catch {
    return undefined
  }
}
