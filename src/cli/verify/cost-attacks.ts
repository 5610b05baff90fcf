/** Attacks on the owner's purse: minting without limit, and passing the limit with forged addresses. */
import { cleanText } from '../../server/http/clean-text.ts'
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
  title: 'Minting until the money is gone',
  tried: 'new visitors from one address until one is told to wait; a body of 256 KiB',
  cure: 'Limit new visitors per address and requests per session (429 with Retry-After), and read 4 KiB of a body at most.',
  async run(scene) {
    const { floodSize, strangers, field } = scene
    const [a] = strangers()
    const padding = 'x'.repeat(BIG_BODY_CHARACTERS)
    const big = await a.ask({ body: { [field]: a.credential, padding } })
    const wasteful = big.token === undefined ? [] : ['a body of 256 KiB is read and gets a token']
    const flood = floodSize === 0 ? { stopped: 'the flood was left out by --flood 0' } : await floodWith(scene)
    if ('hole' in flood) wasteful.push(flood.hole)
    return wasteful.length > 0 ? hole(wasteful.join('; ')) : ok(flood.stopped ?? '')
  },
}

async function floodWith(scene: Scene): Promise<{ hole: string; stopped?: never } | { stopped: string }> {
  let minted = 0
  while (minted < scene.floodSize) {
    const answers = await askAtOnce(scene, Math.min(AT_ONCE, scene.floodSize - minted))
    minted += answers.filter(({ token }) => token !== undefined).length
    const refused = answers.find(({ token }) => token === undefined)
    if (refused === undefined) continue
    const { status, headers } = refused
    if (status >= 400 && status < 500 && status !== 429) return { stopped: `strangers are refused (${status})` }
    const retryAfter = headers.get('retry-after')
    if (retryAfter === null)
      return { hole: `a refusal with status ${status} does not say when to try again (Retry-After)` }
    // Whoever runs this looks at their own chat next, and would believe that something broke.
    const wait = `further ones of this address, you among them, have to wait (Retry-After: ${cleanText(retryAfter)})`
    return { stopped: `the flood was stopped after ${minted} new visitors; ${wait}` }
  }
  return { hole: `${minted} new visitors in a row, each with a signature and an exchange, meet no limit` }
}

const FORGED_ADDRESS: Attack = {
  id: 'T12',
  title: 'The limit is passed with forged addresses',
  tried: `while the limit holds: ${ADDRESS_HEADERS.join(', ')} with addresses of others`,
  cure: 'Read the address from the connection; let X-Forwarded-For count only when it comes from your own proxies (trustProxy).',
  async run(scene) {
    if (scene.floodSize === 0) return notApplicable('the flood was left out by --flood 0')
    if (!(await reachesLimit(scene))) return notApplicable('there is no limit to pass, see T11')
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
          'the limit holds; if the log of the service now speaks of a proxy that it does not trust, it means these made-up headers',
        )
      : hole(`${passed.join(', ')} with a made-up address passes it`)
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
