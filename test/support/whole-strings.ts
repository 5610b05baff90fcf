import type { Strings } from '../../src/ui/strings/strings.ts'
import { loadStrings, panelParts } from '../../src/widget/load.ts'

/** All words of a language: of English, also those that come with the parts that say them. */
export async function wholeStrings(tag: string, overrides?: Readonly<Record<string, string>>): Promise<Strings> {
  await Promise.all(Object.values(panelParts).map((part) => part.load()))
  return loadStrings(tag, overrides)
}
