import { type Clock, systemClock } from '../../platform/clock.ts'
import { failureName } from '../../server/resilience/at-fault.ts'
import type { Finding } from '../report/findings.ts'
import { say } from '../say.ts'

/** What the checks need of the world; tests replace it. */
export interface Instruments {
  fetch: typeof globalThis.fetch
  clock: { now(): number }
}

/**
 * Makes the findings of one check.
 * @example
 * const redis = examine('redis', 'The store works', 'a key is written, read and deleted')
 * return redis.ok('it answers')
 */
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

/** What the checks use where a test has not replaced it. */
export function instrumentsOf(options: { fetch?: typeof globalThis.fetch; clock?: Clock }) {
  const fetch: typeof globalThis.fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init)
  return { fetch, clock: options.clock ?? systemClock }
}

/** The calls of a chat could not be made to their end. */
export function brokenOff(error: unknown): Finding[] {
  const calls = examine(
    'calls',
    say('Coze answers the calls of a chat', '扣子能否应答聊天的各次调用'),
    say('one call after the other', '逐个调用'),
  )
  return [
    calls.problem(
      say(`the calls broke off (${failureName(error)})`, `调用中断（${failureName(error)}）`),
      say(
        'Run doctor again; if they break off again, look at the network between this machine and Coze.',
        '请再次运行 doctor；如果仍然中断，请检查本机与扣子之间的网络。',
      ),
    ),
  ]
}
