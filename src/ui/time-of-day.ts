/** `Intl` objects are slow to make (the first one of a page took 20 ms): one is kept for each language. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** `14:05`, as the language writes it. A tag that is none must not break the chat: then the browser's own counts. */
export function timeOfDay(at: number, lang: string): string {
  let format = formats.get(lang)
  if (!format) {
    const style = { hour: 'numeric', minute: '2-digit' } as const
    try {
      format = new Intl.DateTimeFormat(lang, style)
    } catch {
      format = new Intl.DateTimeFormat(undefined, style)
    }
    formats.set(lang, format)
  }
  return format.format(at)
}
