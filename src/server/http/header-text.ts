const MAX_LENGTH = 200

/**
 * Text from outside as the value of a header: printable ASCII, at most 200 characters. Anything else is taken out, because
 * `Headers` and Node's `writeHead` throw at it (a log id may hold Chinese). `cleanText` is for logs, which may hold any script.
 */
export function headerText(text: string): string {
  return text
    .slice(0, MAX_LENGTH)
    .replace(/[^\x20-\x7e]+/g, '')
    .trim()
}

/** Whether every runtime takes the text as the value of a header (RFC 9110 section 5.5). */
export function isHeaderText(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text)
}
