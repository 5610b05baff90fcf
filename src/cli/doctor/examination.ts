import type { Finding } from '../findings.ts'

/** What every examination of the doctor is given beside its own matter. */
export interface Instruments {
  fetch: typeof globalThis.fetch
  clock: { now(): number }
}

/** Findings about one part, told apart by `id` and `title`. */
export function examine(id: string, title: string, tried: string) {
  const finding = (outcome: Finding['outcome'], found: string, cure?: string): Finding => ({
    id,
    title,
    tried,
    outcome,
    found,
    ...(cure !== undefined && { cure }),
  })
  return {
    ok: (found: string) => finding('ok', found),
    problem: (found: string, cure: string) => finding('problem', found, cure),
    notApplicable: (found: string) => finding('not_applicable', found),
  }
}
