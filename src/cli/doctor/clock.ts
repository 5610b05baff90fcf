/** Checks the way to Coze, and the clock of this machine against Coze's. */
import { failureName } from '../../server/resilience/at-fault.ts'
import type { Finding } from '../report/findings.ts'
import { type InBoth, say } from '../say.ts'
import { examine, type Instruments } from './examination.ts'

/** Coze accepts assertions whose clock differs by less than this without a correction. */
const MAX_SKEW_SECONDS = 30
const REACH_TIMEOUT_MS = 8_000
const REACH_CURE: InBoth = [
  'Check COZE_REGION, COZE_API_BASE, the DNS and the outgoing firewall of this machine.',
  '请检查 COZE_REGION、COZE_API_BASE，以及本机的 DNS 和出站防火墙。',
]
const SIMULATOR_CURE: InBoth = [
  'COZE_API_BASE is this machine: run "npx coze-chat-widget simulate" in another terminal, in the folder of the .env with these settings.',
  'COZE_API_BASE 指向本机：请另开一个终端，在这些设置的 .env 所在的目录里运行 npx coze-chat-widget simulate。',
]

/** Whether the settings name a Coze on this machine, which is the simulator or a Coze Studio. */
export function isOnThisMachine(apiBase: string | undefined): boolean {
  if (apiBase === undefined || !URL.canParse(apiBase)) return false
  const { hostname } = new URL(apiBase)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

/** What to do where Coze does not answer. */
export function reachCure(apiBase: string | undefined): InBoth {
  return isOnThisMachine(apiBase) ? SIMULATOR_CURE : REACH_CURE
}

export async function examineClock(base: string, { fetch, clock }: Instruments): Promise<Finding[]> {
  const reach = examine('reach', say('Coze can be reached', '能否连接扣子'), say(`GET ${base}/`, `发送 GET ${base}/`))
  const time = examine(
    'clock',
    say('The clock is right', '时钟是否准确'),
    say('the Date header of Coze is compared with the clock of this machine', '把扣子应答中的 Date 头与本机的时钟比较'),
  )
  try {
    const response = await fetch(`${base}/`, { redirect: 'manual', signal: AbortSignal.timeout(REACH_TIMEOUT_MS) })
    await response.body?.cancel()
    const reached = reach.ok(say(`it answers at ${base}`, `${base} 有应答`))
    const date = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(date)) {
      const without = say('the reply of Coze has no Date header', '扣子的应答没有 Date 头')
      return [reached, time.notApplicable(without)]
    }
    const ahead = Math.round((clock.now() - date) / 1000)
    if (Math.abs(ahead) <= MAX_SKEW_SECONDS)
      return [reached, time.ok(say('it differs from that of Coze by seconds at most', '与扣子最多相差几秒'))]
    const off = say(
      `this machine is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} Coze`,
      `本机比扣子${ahead > 0 ? '快' : '慢'} ${Math.abs(ahead)} 秒`,
    )
    return [
      reached,
      time.problem(
        off,
        say(
          'Let NTP set the clock (timedatectl set-ntp true); the service corrects itself meanwhile.',
          '请用 NTP 校准时钟（timedatectl set-ntp true）；在此之前，服务会自行修正时差。',
        ),
      ),
    ]
  } catch (error) {
    const found = say(`it does not answer (${failureName(error)})`, `没有应答（${failureName(error)}）`)
    return [reach.problem(found, say(...reachCure(base)))]
  }
}
