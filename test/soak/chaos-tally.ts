/** What the chaos counts, for each supplier that was sick. */
import type { Supplier } from './chaos-faults.ts'

export interface Tally {
  sicknesses: number
  answers: number
  unserved: number
  told: number
  slowestKnownMs: number
  slowestRecoveryMs: number
}

const HEADS = ['sick', 'answers', 'unserved', 'told to wait', 'slowest known', 'slowest recovery']
const WIDTH = 18

export function createTallies() {
  const tallies = new Map<Supplier, Tally>()

  function of(supplier: Supplier): Tally {
    const fresh = { sicknesses: 0, answers: 0, unserved: 0, told: 0, slowestKnownMs: 0, slowestRecoveryMs: 0 }
    const tally = tallies.get(supplier) ?? fresh
    tallies.set(supplier, tally)
    return tally
  }

  function print(): void {
    console.log(`\n  ${'supplier'.padEnd(10)}${HEADS.map((head) => head.padStart(WIDTH)).join('')}`)
    for (const [supplier, counts] of tallies) {
      const cells = [
        counts.sicknesses,
        counts.answers,
        counts.unserved,
        counts.told,
        `${counts.slowestKnownMs.toFixed(0)} ms`,
        `${counts.slowestRecoveryMs.toFixed(0)} ms`,
      ]
      console.log(`  ${supplier.padEnd(10)}${cells.map((cell) => String(cell).padStart(WIDTH)).join('')}`)
    }
  }

  return {
    of,
    print,
    slowestRecoveryMs: () => Math.max(...[...tallies.values()].map(({ slowestRecoveryMs }) => slowestRecoveryMs)),
  }
}
