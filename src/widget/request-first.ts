/** The token request goes out before the panel is drawn. */
import type { Visitor } from '../visitor/visitor.ts'

/** A drawing keeps a slow phone busy for so long that it would hold up the token request; but nothing holds up the drawing longer. */
const REQUEST_FIRST_MS = 200

export interface RequestFirst {
  /** Resolves once the token request is on its way, or is not to be waited for any longer. */
  readonly settled: Promise<void>
  /** Waits no longer; leaves no timer. */
  end(): void
}

export function requestFirst(visitor: Pick<Visitor, 'on' | 'peek'>): RequestFirst {
  let end = () => {}
  const settled = new Promise<void>((resolve) => {
    end = () => {
      off()
      clearTimeout(timer)
      resolve()
    }
    const off = visitor.on('asking', end)
    const timer = setTimeout(end, visitor.peek() ? 0 : REQUEST_FIRST_MS)
  })
  return { settled, end }
}
