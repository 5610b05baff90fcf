import { useMemo, useState } from 'preact/hooks'
import type { PanelContext } from '../panel-context.ts'

/** What has happened besides questions and answers, in words, and how often anything has. */
export interface Said {
  readonly words: string
  readonly count: number
}

/** The panel's surroundings with a voice: what its parts say with it is `said`. */
export function useSaid(given: PanelContext): { panel: PanelContext; said: Said } {
  const [said, setSaid] = useState<Said>({ words: '', count: 0 })
  const panel = useMemo(
    // No copy, which would have the prototype of every object (F54), and `apiBase` as it was when the panel was drawn.
    (): PanelContext =>
      Object.assign(Object.create(given), {
        say: (words: string) => setSaid(({ count }) => ({ words, count: count + 1 })),
      }),
    [given],
  )
  return { panel, said }
}
