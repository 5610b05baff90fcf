/** What a visitor can do in the light chat, and the site's owner can take away. */

export const FEATURES = [
  'upload',
  'voice',
  'readAloud',
  'conversations',
  'feedback',
  'regenerate',
  'edit',
  'newConversation',
  'header',
] as const
export type Feature = (typeof FEATURES)[number]

/** What is not named is on. */
export type FeatureSwitches = { readonly [Name in Feature]?: boolean }

/**
 * Reads the option `features`. Names that are none of ours are carried along, for the check.
 * @example readSwitches('-upload -voice') // { upload: false, voice: false }
 */
export function readSwitches(given: string | Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (typeof given !== 'string') return given
  const words = given.match(/[^\s,|，、｜]+/g) ?? []
  return Object.fromEntries(words.map((word) => [word.replace(/^[-+－]/, ''), !/^[-－]/.test(word)]))
}

/** Every feature with whether it is on. */
export function allFeatures(given?: string | FeatureSwitches | null): Readonly<Record<Feature, boolean>> {
  const switches = readSwitches(given ?? {})
  return Object.fromEntries(FEATURES.map((name) => [name, switches[name] !== false])) as Record<Feature, boolean>
}
