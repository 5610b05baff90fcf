/** Writes the number of answers that came while the visitor was in another tab before the page's title. */
import type { ExtrasHost, UpdateExtra } from './extras-host.ts'

export function createTitleBadge({ chat, signal }: ExtrasHost): UpdateExtra {
  let wanted = false
  let missed = 0

  const prefix = () => (missed > 0 ? `(${missed}) ` : '')

  /** Only our own number is removed, since the page may have written another title meanwhile. */
  function show(next: number): void {
    const { title } = document
    const before = prefix()
    missed = next
    const plain = before && title.startsWith(before) ? title.slice(before.length) : title
    if (prefix() + plain !== title) document.title = prefix() + plain
  }

  const off = chat.on('message', ({ role }) => {
    if (role === 'assistant' && wanted && document.hidden) show(missed + 1)
  })
  document.addEventListener('visibilitychange', () => document.hidden || show(0), { signal })
  signal.addEventListener('abort', () => {
    off()
    show(0)
  })

  return ({ titleBadge }) => {
    wanted = Boolean(titleBadge)
    if (!wanted) show(0)
  }
}
