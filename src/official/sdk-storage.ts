/** What the vendor's SDK keeps in web storage: per agent and not per user, so the next visitor of this browser would find it (F24). */
const SDK_PREFIX = 'coze__'

/** Call at logout and at every change of user, also on pages where the SDK was not loaded. */
export function purgeSdkStorage(page: Window = window): void {
  for (const name of ['localStorage', 'sessionStorage'] as const) {
    try {
      const storage = page[name]
      for (const key of Object.keys(storage)) if (key.startsWith(SDK_PREFIX)) storage.removeItem(key)
    } catch {
      // Blocked storage holds nothing (F16).
    }
  }
}
