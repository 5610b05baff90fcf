/** `Intl` objects are slow to make (the first one of a page took 20 ms): that of the language in use is kept. */
let format: Intl.DateTimeFormat | undefined
let formatLang: string | undefined

/** Whether the time can be told without making one. */
export function knowsTimeOfDay(lang: string): boolean {
  return format !== undefined && formatLang === lang
}

/** `14:05`, as the language writes it. An invalid tag must not break the chat: the browser's own language serves. */
export function timeOfDay(at: number, lang: string): string {
  if (!format || formatLang !== lang) {
    formatLang = lang
    const style = { hour: 'numeric', minute: '2-digit' } as const
    try {
      format = new Intl.DateTimeFormat(lang, style)
    } catch {
      format = new Intl.DateTimeFormat(undefined, style)
    }
  }
  return format.format(at)
}
