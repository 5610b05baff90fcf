/**
 * What the command line says, in the language of the terminal: `LC_ALL`, `LC_MESSAGES` and `LANG` decide, the first that is set, as POSIX
 * says (https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html). Chinese where that begins with `zh`, else English.
 */
export function say(en: string, zh: string): string {
  return speaksChinese(process.env) ? zh : en
}

/** A sentence in both languages, for where it is not yet known which of them will be said: `say(...sentence)`. */
export type InBoth = readonly [en: string, zh: string]

export function speaksChinese(env: Readonly<Record<string, string | undefined>>): boolean {
  return /^zh/i.test(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '')
}

/** Names, one after the other, as the language writes them. */
export function listed(names: readonly string[]): string {
  return names.join(say(', ', '、'))
}
