/** Checks the way to Coze, and the clock of this machine against Coze's. */
import { failureName } from '../../server/resilience/at-fault.ts'
import type { Finding } from '../report/findings.ts'
import { examine, type Instruments } from './examination.ts'

/** Coze accepts assertions whose clock differs by less than this without a correction. */
const MAX_SKEW_SECONDS = 30
const REACH_TIMEOUT_MS = 8_000
const REACH_CURE = 'Check COZE_REGION, COZE_API_BASE, the DNS and the outgoing firewall of this machine.'
const SIMULATOR_CURE =
  'COZE_API_BASE is this machine: run "npx coze-chat-widget simulate" in another terminal, in the folder of the .env with these settings.'

/** Whether the settings name a Coze on this machine, which is the simulator or a Coze Studio. */
export function isOnThisMachine(apiBase: string | undefined): boolean {
  if (apiBase === undefined || !URL.canParse(apiBase)) return false
  const { hostname } = new URL(apiBase)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

/** What to do where Coze does not answer. */
export function reachCure(apiBase: string | undefined): string {
  return isOnThisMachine(apiBase) ? SIMULATOR_CURE : REACH_CURE
}

export async function examineClock(base: string, { fetch, clock }: Instruments): Promise<Finding[]> {
  const reach = examine('reach', 'Coze can be reached', `GET ${base}/`)
  const time = examine(
    'clock',
    'The clock is right',
    'the Date header of Coze is compared with the clock of this machine',
  )
  try {
    const response = await fetch(`${base}/`, { redirect: 'manual', signal: AbortSignal.timeout(REACH_TIMEOUT_MS) })
    await response.body?.cancel()
    const reached = reach.ok(`it answers at ${base}`)
    const date = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(date)) return [reached, time.notApplicable('the reply of Coze has no Date header')]
    const ahead = Math.round((clock.now() - date) / 1000)
    if (Math.abs(ahead) <= MAX_SKEW_SECONDS)
      return [reached, time.ok('it differs from that of Coze by seconds at most')]
    const off = `this machine is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} Coze`
    return [
      reached,
      time.problem(off, 'Let NTP set the clock (timedatectl set-ntp true); the service corrects itself meanwhile.'),
    ]
  } catch (error) {
    return [reach.problem(`it does not answer (${failureName(error)})`, reachCure(base))]
  }
}
