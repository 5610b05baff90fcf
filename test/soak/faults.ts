/** What goes wrong, and when: one fault at a time on each side, for a few seconds, with moments of calm between. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  delay,
  duplicateEvents,
  emptyBody,
  type Fault,
  type FaultProxy,
  hang,
  html,
  randomCuts,
  redirectToLogin,
  reset,
  splitBytes,
  status,
  tooManyRequests,
  truncate,
} from '../support/fault-proxy.ts'

export type Random = () => number

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T

const ANYWHERE = ['accept', 'headers', 'half'] as const

/** Of an answer that is whole in a moment. */
const OF_CALLS: readonly ((random: Random) => [name: string, fault: Fault])[] = [
  () => ['slow', delay({ accept: 1_500 })],
  () => ['slow body', delay({ body: 1_500 })],
  (random) => ['hang', hang(pick(random, ANYWHERE))],
  (random) => ['reset', reset(pick(random, ANYWHERE))],
  () => ['HTML', html()],
  () => ['HTML 502, no CORS', html(502, { cors: false })],
  () => ['500', status(500)],
  () => ['503', status(503, { error: 'upstream_unavailable', retryAfter: 1 })],
  () => ['429', tooManyRequests(2)],
  () => ['429 with a date', tooManyRequests(new Date(Date.now() + 2_000))],
  () => ['login page', redirectToLogin()],
  () => ['empty', emptyBody()],
  () => ['cut', truncate('half')],
]

const OF_STREAMS: readonly ((random: Random) => [name: string, fault: Fault])[] = [
  (random) => ['stream cut', truncate({ events: Math.floor(random() * 12) })],
  (random) => ['stream reset', reset({ events: Math.floor(random() * 12) })],
  (random) => ['stream hangs', hang({ events: Math.floor(random() * 12) })],
  () => ['bytes', splitBytes()],
  (random) => ['cuts', randomCuts(Math.floor(random() * 1e6))],
  () => ['events twice', duplicateEvents()],
  () => ['busy (4013)', status(200, { code: 4013, msg: 'rate limited' })],
]

/** Breaks things until the signal ends it, then lets go of all; `log` hears of each fault. */
export async function switchFaults(options: {
  site: FaultProxy
  coze: FaultProxy
  random: Random
  signal: AbortSignal
  log(name: string): void
}): Promise<void> {
  const { site, coze, random, signal, log } = options
  const places: readonly [FaultProxy, string, typeof OF_CALLS][] = [
    [site, 'POST /api/coze/token', OF_CALLS],
    [coze, '/v*', OF_CALLS],
    [coze, 'POST /v3/chat', OF_STREAMS],
    [coze, 'POST /v3/chat', OF_STREAMS],
  ]
  const pause = (least: number, most: number) =>
    sleep(least + random() * (most - least), undefined, { signal }).catch(() => {})
  while (!signal.aborted) {
    const [proxy, pattern, faults] = pick(random, places)
    const [name, fault] = pick(random, faults)(random)
    log(`${pattern}: ${name}`)
    const rule = proxy.rules.always(pattern, fault)
    // Some last longer than a request may take.
    await pause(2_000, random() < 0.15 ? 14_000 : 5_000)
    rule.remove()
    rule.release()
    await pause(1_000, 4_000)
  }
}
