/** Typed events from one place to many listeners. A listener that throws disturbs neither the others nor the one who emits. */
import { callHost } from './call-host.ts'

export interface Emitter<Events extends object> {
  /** The same listener is called once, however often it was added. Returns an unsubscribe function. */
  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void
  /** Calls, before it returns, every listener that is there when it begins; what they throw becomes an error of the page. */
  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void
  /** Removes all listeners. */
  clear(): void
}

export function createEmitter<Events extends object>(): Emitter<Events> {
  // A map, because libraries of the page may have added properties to every object (F54).
  const listeners = new Map<keyof Events, Set<(event: never) => void>>()
  return {
    on(type, listener) {
      const own = listeners.get(type) ?? new Set()
      listeners.set(type, own.add(listener))
      return () => own.delete(listener)
    },
    emit(type, event) {
      for (const listener of [...(listeners.get(type) ?? [])] as ((event: Events[typeof type]) => void)[]) {
        callHost(() => listener(event))
      }
    },
    clear() {
      listeners.clear()
    },
  }
}
