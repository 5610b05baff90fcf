import type { Finding } from '../findings.ts'
import { NotJudgeable, type Scene } from './scene.ts'

export interface Verdict {
  outcome: 'ok' | 'hole' | 'not_applicable'
  found: string
}

/** One row of the threat list, judged from outside. */
export interface Attack {
  id: string
  title: string
  /** What is done, in the words of the report. */
  tried: string
  cure: string
  run(scene: Scene): Promise<Verdict>
}

export const ok = (found: string): Verdict => ({ outcome: 'ok', found })
export const hole = (found: string): Verdict => ({ outcome: 'hole', found })
export const notApplicable = (found: string): Verdict => ({ outcome: 'not_applicable', found })

/** A check that cannot be carried to its end is no success. */
export async function judge({ id, title, tried, cure, run }: Attack, scene: Scene): Promise<Finding> {
  try {
    const { outcome, found } = await run(scene)
    return { id, title, tried, outcome, found, ...(outcome === 'hole' && { cure }) }
  } catch (error) {
    if (error instanceof NotJudgeable) return { id, title, tried, outcome: 'not_applicable', found: error.message }
    const found = error instanceof Error ? error.message : String(error)
    return { id, title, tried, outcome: 'failed', found, cure: 'Remove what stood in the way and run verify again.' }
  }
}
