/** Words that say whose they are, so that one found with anybody else is a hole. */

export const canary = (owner: string, number: number) => `canary-${owner}-${number}-end`

/** The canaries in a text that are not this owner's. */
export function foreignCanaries(text: string, owner: string): string[] {
  return [...text.matchAll(/canary-(\w+)-\d+-end/g)].filter(([, whose]) => whose !== owner).map(([word]) => word)
}
