/**
 * Text from outside that goes into an event: at most 200 characters, without control characters, line ends (U+2028 and U+2029 included)
 * and what turns the direction of the text around it. For headers there is `headerText`.
 */
export function cleanText(text: string): string {
  return text.slice(0, 200).replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '')
}
