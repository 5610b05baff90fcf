/** Calls code of the page: its error must not end what we are doing; it surfaces as the page's. */
export function callHost(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
