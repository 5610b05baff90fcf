/** The tag as `Intl` takes it; undefined for what is none, which must not break the chat. */
export function canonicalLocale(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}
