import { textOf } from '../parse-object.ts'
import type { Profile } from './target.ts'

/**
 * A profile in which whatever is drawn as text is text: a peer may send anything in its place, and drawing that would throw. Its fields keep
 * their order, so that one that was plain before has the same JSON.
 */
export function plainProfile(profile: Profile): Profile {
  const { agent, voiceId } = profile
  const { suggestions, shortcuts, voice, background, ...texts } = agent
  return {
    ...profile,
    agent: {
      ...agent,
      ...plain(texts),
      suggestions: suggestions.filter((text) => textOf(text) === text),
      shortcuts: shortcuts.map(plain),
      ...(background && { background: plain(background) }),
    },
    voiceId: voiceId && textOf(voiceId),
  }
}

function plain<Texts extends object>(texts: Texts): Texts {
  const entries = Object.entries(texts).map(([name, text]) => [name, text === undefined ? text : textOf(text)])
  return Object.fromEntries(entries) as Texts
}
