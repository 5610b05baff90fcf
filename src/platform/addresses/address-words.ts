/** Words that a reader may take for an address (T45). */

/** Words as they are seen: a wide letter looks like a narrow one, and what is not drawn like nothing. */
export function asSeen(words: string): string {
  return words.normalize('NFKC').replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
}

export function saysAddress(words: string): boolean {
  return /:\/\/|\bwww\./i.test(asSeen(words))
}
