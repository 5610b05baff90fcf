/** Counts what code does, instead of the time that it takes: how many characters of it are run. */
import { type Profiler, Session } from 'node:inspector/promises'

/** Code that has run before there is a counter is not counted. @param folder whose code is counted */
export async function createStepCounter(folder: string) {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  // Once: what was compiled for one counting is not counted in blocks by the next.
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

  /** Since the last look. */
  async function look(): Promise<number> {
    const { result } = await session.post('Profiler.takePreciseCoverage')
    return result
      .filter(({ url }) => url.includes(folder))
      .flatMap(({ functions }) => functions.map(({ ranges }) => stepsOf(ranges)))
      .reduce((sum, steps) => sum + steps, 0)
  }

  return {
    async count(run: () => void): Promise<number> {
      await look()
      run()
      return look()
    },
    close: () => session.disconnect(),
  }
}

/** @param ranges within each other, the outer ones first; one that is run as often as the one around it is left out */
function stepsOf(ranges: readonly Profiler.CoverageRange[]): number {
  const around: Profiler.CoverageRange[] = []
  let steps = 0
  for (const range of ranges) {
    while ((around.at(-1)?.endOffset ?? Number.POSITIVE_INFINITY) <= range.startOffset) around.pop()
    steps += (range.count - (around.at(-1)?.count ?? 0)) * (range.endOffset - range.startOffset)
    around.push(range)
  }
  return steps
}
