/** Whether the browser believes that it is online: a hint to try sooner, never a reason not to try. */
export interface Connection {
  isOnline(): boolean
  /** Returns an unsubscribe function. */
  onOnline(listener: () => void): () => void
}
