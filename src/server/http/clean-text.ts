/** Text from outside that goes into an event: at most 200 characters, without control characters and line ends (U+2028 and U+2029 included). For headers there is `headerText`. */
export function cleanText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  return text.slice(0, 200).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '')
}
