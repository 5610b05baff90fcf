import { expect } from 'vitest'

/** Three words in a row: names of flags, codes and variables stand alone, or are no words. */
const ENGLISH_SENTENCE = /[a-z][\w'’-]*,? [a-z][\w'’-]*,? [a-z][\w'’-]*/i

/** Holds that a text is Chinese, in which names of flags, codes and variables stay as they are. */
export function expectChinese(text: string | undefined): void {
  expect(text).toMatch(/\p{Script=Han}/u)
  expect(text).not.toMatch(ENGLISH_SENTENCE)
}
