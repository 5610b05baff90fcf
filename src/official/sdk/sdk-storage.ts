/** What the vendor's SDK keeps in web storage, by agent and not by user, so that the next visitor of this browser would find it (F24). */
const SDK_PREFIX = 'coze__'

/** Removes it. To be called at logout and at every change of user, also on pages where the SDK was not loaded. */
export function purgeSdkStorage(page: Window = window): void {
  for (const name of ['localStorage', 'sessionStorage'] as const) {
    try {
      const storage = page[name]
      for (const key of Object.keys(storage)) if (key.startsWith(SDK_PREFIX)) storage.removeItem(key)
    } catch {
      // Blocked storage throws, and holds nothing (F16).
    }
  }
}
