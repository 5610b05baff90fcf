/** One attack of `verify`, and how its outcome becomes a finding. */
import type { Finding } from '../report/findings.ts'
import { say } from '../say.ts'
import { NotJudgeable, type Scene } from './scene.ts'

export interface Verdict {
  outcome: 'ok' | 'hole' | 'not_applicable'
  found: string
}

/** A threat of docs/threats.md, tried from outside. */
export interface Attack {
  id: string
  title(): string
  /** What is done, for the report. */
  tried(): string
  /** What to change where it succeeds. */
  cure(): string
  /** @throws NotJudgeable where something is missing for a verdict */
  run(scene: Scene): Promise<Verdict>
}

export const ok = (found: string): Verdict => ({ outcome: 'ok', found })
export const hole = (found: string): Verdict => ({ outcome: 'hole', found })
export const notApplicable = (found: string): Verdict => ({ outcome: 'not_applicable', found })

/** Carries out an attack. One that breaks off counts as failed, which is no success. */
export async function judge(attack: Attack, scene: Scene): Promise<Finding> {
  const check = { id: attack.id, title: attack.title(), tried: attack.tried() }
  try {
    const { outcome, found } = await attack.run(scene)
    return { ...check, outcome, found, ...(outcome === 'hole' && { cure: attack.cure() }) }
  } catch (error) {
    if (error instanceof NotJudgeable) return { ...check, outcome: 'not_applicable', found: error.message }
    const found = error instanceof Error ? error.message : String(error)
    const cure = say(
      'Remove what this sentence names and run verify again.',
      '请先解决这句话所说的问题，再重新运行 verify。',
    )
    return { ...check, outcome: 'failed', found, cure }
  }
}
