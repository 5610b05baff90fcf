/** Attacks on the owner's purse: minting without limit, and passing the limit with forged addresses. */
import { cleanText } from '../../server/http/clean-text.ts'
import { listed, say } from '../say.ts'
import { type Attack, hole, notApplicable, ok } from './attack.ts'
import { randomId, type Scene } from './scene.ts'

const AT_ONCE = 25
const TRIES_PER_HEADER = 6
/** So many of the tries must pass before a header counts as believed: a limiter lets a single request through now and then. */
const PASSED_TRIES_OF_A_HOLE = 5
const BIG_BODY_CHARACTERS = 256 * 1024

const ADDRESS_HEADERS = [
  'x-forwarded-for',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'forwarded',
]

/** @returns the replies to `count` requests of unknown visitors, sent at once */
async function askAtOnce(
  { endpoint, field }: Scene,
  count: number,
  headers: () => Record<string, string> = () => ({}),
) {
  const requests = Array.from({ length: count }, () =>
    endpoint.ask({ body: { [field]: randomId() }, headers: headers(), impatient: true }),
  )
  return Promise.all(requests)
}

const FLOOD: Attack = {
  id: 'T11',
  title: () => say('Minting until the money is gone', '不停换取令牌，直到费用耗尽'),
  tried: () =>
    say(
      'new visitors from one address until one is told to wait; a body of 256 KiB',
      '同一地址不断出现新访客，直到被要求等待；以及 256 KiB 的请求体',
    ),
  cure: () =>
    say(
      'Limit new visitors per address and requests per session (429 with Retry-After), and read 4 KiB of a body at most.',
      '限制每个地址的新访客数和每个会话的请求数（返回 429 和 Retry-After）；请求体最多读取 4 KiB。',
    ),
  async run(scene) {
    const { floodSize, strangers, field } = scene
    const [a] = strangers()
    const padding = 'x'.repeat(BIG_BODY_CHARACTERS)
    const big = await a.ask({ body: { [field]: a.credential, padding } })
    const wasteful =
      big.token === undefined
        ? []
        : [say('a body of 256 KiB is read and gets a token', '256 KiB 的请求体被读取，并得到了令牌')]
    const flood = floodSize === 0 ? { stopped: noFlood() } : await floodWith(scene)
    if ('hole' in flood) wasteful.push(flood.hole)
    return wasteful.length > 0 ? hole(wasteful.join(say('; ', '；'))) : ok(flood.stopped ?? '')
  },
}

const noFlood = () => say('the flood was left out by --flood 0', '洪泛测试已由 --flood 0 跳过')

async function floodWith(scene: Scene): Promise<{ hole: string; stopped?: never } | { stopped: string }> {
  let minted = 0
  while (minted < scene.floodSize) {
    const answers = await askAtOnce(scene, Math.min(AT_ONCE, scene.floodSize - minted))
    minted += answers.filter(({ token }) => token !== undefined).length
    const refused = answers.find(({ token }) => token === undefined)
    if (refused === undefined) continue
    const { status, headers } = refused
    if (status >= 400 && status < 500 && status !== 429)
      return { stopped: say(`strangers are refused (${status})`, `匿名访客被拒绝（${status}）`) }
    const retryAfter = headers.get('retry-after')
    if (retryAfter === null)
      return {
        hole: say(
          `a refusal with status ${status} does not say when to try again (Retry-After)`,
          `以状态码 ${status} 拒绝时，没有说明何时可以重试（Retry-After）`,
        ),
      }
    // Whoever runs this looks at their own chat next, and would believe that something broke.
    const wait = cleanText(retryAfter)
    return {
      stopped: say(
        `the flood was stopped after ${minted} new visitors; further ones of this address, you among them, have to wait (Retry-After: ${wait})`,
        `洪泛测试在第 ${minted} 位新访客之后被拦下；此地址的其他新访客，包括您自己，需要等待（Retry-After: ${wait}）`,
      ),
    }
  }
  return {
    hole: say(
      `${minted} new visitors in a row, each with a signature and an exchange, meet no limit`,
      `连续 ${minted} 位新访客没有遇到任何限制，每位都让服务签名并换取一次令牌`,
    ),
  }
}

const FORGED_ADDRESS: Attack = {
  id: 'T12',
  title: () => say('The limit is passed with forged addresses', '用伪造的地址绕过限流'),
  tried: () =>
    say(
      `while the limit holds: ${listed(ADDRESS_HEADERS)} with addresses of others`,
      `限流生效期间，在 ${listed(ADDRESS_HEADERS)} 中填写他人的地址`,
    ),
  cure: () =>
    say(
      'Read the address from the connection; let X-Forwarded-For count only when it comes from your own proxies (trustProxy).',
      '从连接读取地址；只有自己的代理发来的 X-Forwarded-For 才算数（trustProxy）。',
    ),
  async run(scene) {
    if (scene.floodSize === 0) return notApplicable(noFlood())
    if (!(await reachesLimit(scene)))
      return notApplicable(say('there is no limit to pass, see T11', '没有可绕过的限流，见 T11'))
    const passed: string[] = []
    for (const header of ADDRESS_HEADERS) {
      const [plain, forged] = await Promise.all([
        askAtOnce(scene, TRIES_PER_HEADER),
        askAtOnce(scene, TRIES_PER_HEADER, () => ({ [header]: madeUpAddress(header) })),
      ])
      if (unlimited(forged) >= PASSED_TRIES_OF_A_HOLE && unlimited(plain) < unlimited(forged)) passed.push(header)
    }
    return passed.length === 0
      ? ok(
          say(
            'the limit holds; if the log of the service now speaks of a proxy that it does not trust, it means these made-up headers',
            '限流有效；服务的日志中如果出现不受信任的代理，指的就是这些编造的请求头',
          ),
        )
      : hole(
          say(
            `${listed(passed)} with a made-up address passes it`,
            `在 ${listed(passed)} 中填写编造的地址，就能绕过限流`,
          ),
        )
  },
}

/** Sends requests until nearly all of a batch are refused by the limit. */
async function reachesLimit(scene: Scene): Promise<boolean> {
  for (let sent = 0; sent < scene.floodSize; sent += AT_ONCE) {
    const answers = await askAtOnce(scene, AT_ONCE)
    if (answers.filter(({ status }) => status === 429).length >= AT_ONCE * 0.8) return true
  }
  return false
}

const unlimited = (answers: readonly { status: number }[]) => answers.filter(({ status }) => status !== 429).length

/** From a network for documentation (RFC 5737). */
function madeUpAddress(header: string): string {
  const address = `198.51.100.${Math.floor(Math.random() * 254) + 1}`
  return header === 'forwarded' ? `for=${address}` : address
}

export const COST_ATTACKS = [FLOOD, FORGED_ADDRESS]
