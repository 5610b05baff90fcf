/**
 * `npm run chaos -- <minutes>`: two processes of the token service over one Redis, and each of their suppliers made sick in every way
 * that is known, one after the other in an order of chance. Exit code 1 when a bar is missed. `CHAOS_SEED` repeats the order.
 */
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { SignJWT } from 'jose'
import { SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/node.ts'
import { createReport } from '../bench/chromium.ts'
import { startRedis } from '../server/support/redis-server.ts'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { createRandom } from '../support/fault-proxy-body.ts'
import { startRedisFaultProxy } from '../support/redis-fault-proxy.ts'
import { type Answer, type ChaosChild, startChild } from './chaos-child.ts'
import { type LogReading, listSicknesses, type Sickness } from './chaos-faults.ts'
import { createTallies } from './chaos-tally.ts'

const DEFAULT_MINUTES = 3
const RECOVERY_BAR_MS = 2_000
const RECOVERY_LIMIT_MS = 20_000
const HEALTH_BAR_MS = 1_000
const SHUTDOWN_BAR_MS = 8_000
const SICK_MS = 600
const MORE_SICK_MS = 900
/** Whoever asks a question of a sick agent leaves after this. */
const PATIENCE_MS = 2_000
/** For health, so that a failure is noticed: visitors must have come meanwhile. */
const NOTICE_MS = 9_000
const LOG_BURST = 1_000
const SIP_BYTES = 512
const SIP_EVERY_MS = 100
const LIST = `/api/coze/v1/conversations?bot_id=${SIMULATOR_IDS.botId}`
/** Answers of Coze that say that the owner's settings are wrong, of which a visitor is told. */
const BLAMES_OWNER = ['invalid_client', 'access_deny']

const minutes = Number(process.argv[2] ?? DEFAULT_MINUTES)
if (!(minutes > 0)) throw new TypeError('npm run chaos -- <minutes>')
const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 2 ** 31)
const random = createRandom(seed)
const began = performance.now()
const say = (text: string) => console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${text}`)

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const keys = JSON.stringify({ keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'site-1', alg: 'RS256' }] })
const keyServer = createServer((_, response) => response.setHeader('content-type', 'application/json').end(keys))
keyServer.listen(0, '127.0.0.1')
await once(keyServer, 'listening')
const signedIn = () =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', kid: 'site-1' })
    .setIssuer('https://shop.example')
    .setAudience('coze-chat')
    .setSubject('alice')
    .setIssuedAt()
    .setExpirationTime('5 minutes')
    .sign(pair.privateKey)

const simulator = await startSimulator()
const redisServer = await startRedis()
const coze = await startFaultProxy({ target: simulator.url })
const jwks = await startFaultProxy({ target: `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}` })
const redis = await startRedisFaultProxy(redisServer.port)
const { appId, keyId, privateKeyPem } = simulator.simulator.credentials
const environment = {
  COZE_APP_ID: appId,
  COZE_KEY_ID: keyId,
  COZE_PRIVATE_KEY: privateKeyPem.replaceAll('\n', '\\n'),
  COZE_API_BASE: coze.url,
  COZE_BOT_IDS: SIMULATOR_IDS.botId,
  CHAT_SECRET: Buffer.alloc(32, 7).toString('base64'),
  CHAOS_JWKS_URL: `${jwks.url}/jwks.json`,
  REDIS_URL: redis.url,
  HOST: '127.0.0.1',
  PORT: '0',
  LOG_LEVEL: 'trace',
}
/** Hands out Coze's tokens, and logs to a reader that may stand still. */
const plain = await startChild(environment, 'pipe')
/** Hands out passes, and logs to a disk that is full. */
const gateway = await startChild({ ...environment, CHAOS_GATEWAY: '1' }, openSync('/dev/full', 'w'))
const children = [plain, gateway]
let logLines = 0
plain.log?.on('data', (chunk) => {
  logLines += String(chunk).split('\n').length - 1
})

const tallies = createTallies()
const complaints: string[] = []
let sickness: Sickness | undefined
const deaths: string[] = []
for (const child of children) {
  child.process.once('exit', (code, signal) => {
    if (!isEnding) deaths.push(`a service ended (${code ?? signal}): ${child.errors().slice(0, 2_000)}`)
  })
}
let isEnding = false

function complain(what: string): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  complaints.push(`${sickness?.supplier} (${sickness?.name}), ${seconds} s: ${what}`)
}

const tally = () => tallies.of(sickness?.supplier ?? 'nobody')

/** One who has been here before the trouble began, at one of the services. */
interface Known {
  readonly child: ChaosChild
  readonly ticket: string
  readonly visitor: string
  readonly user: string
}

const known: Known[] = []

async function arrive(child: ChaosChild): Promise<Known> {
  const visitor = await child.token({})
  const user = await child.token({ expect: 'user' }, await signedIn())
  if (visitor.status !== 200 || user.status !== 200) {
    throw new Error(`Nobody is served although nobody is sick: ${visitor.status}, ${user.status}`)
  }
  return {
    child,
    ticket: String(visitor.json.session_id),
    visitor: String(visitor.json.subject),
    user: String(user.json.subject),
  }
}

function countKnown({ status, json, tookMs }: Answer, subject: string, mayWait: boolean): boolean {
  const counts = tally()
  counts.answers++
  counts.slowestKnownMs = Math.max(counts.slowestKnownMs, tookMs)
  if (status === 200 && json.subject === subject) return true
  if (mayWait && status === 503) {
    counts.told++
    return false
  }
  counts.unserved++
  complain(
    `somebody known (${subject.slice(0, 6)}) got ${status} ${JSON.stringify(json['error'] ?? '')} after ${tookMs.toFixed(0)} ms`,
  )
  return false
}

async function askAsKnown({ child, ticket, visitor, user }: Known): Promise<boolean> {
  // Whether an identity token is out of date nobody can tell whose clock was just set.
  const isClockWrong = sickness?.supplier === 'clock'
  const [asVisitor, asUser] = await Promise.all([
    child.token({ session_id: ticket, expect: 'anonymous' }),
    child.token({ expect: 'user' }, await signedIn()),
  ])
  // Both are counted.
  return [countKnown(asVisitor, visitor, false), countKnown(asUser, user, isClockWrong)].every((isServed) => isServed)
}

async function askAsNewcomer(child: ChaosChild): Promise<boolean> {
  const { status, json, tookMs } = await child.token({ expect: 'anonymous' })
  const counts = tally()
  counts.answers++
  if (status === 200) return true
  const mayBlameOwner = sickness?.supplier === 'coze' && BLAMES_OWNER.includes(sickness.name)
  if (status === 503 || (status === 500 && mayBlameOwner)) counts.told++
  else complain(`a newcomer got ${status} ${JSON.stringify(json['error'] ?? '')} after ${tookMs.toFixed(0)} ms`)
  return false
}

/** A list of conversations through the gateway, which Coze must answer. */
async function askGateway(pass: string): Promise<number> {
  const { status, tookMs } = await gateway.call('GET', LIST, { bearer: pass })
  if (status === 0) complain(`the gateway did not answer in ${tookMs.toFixed(0)} ms`)
  return status
}

/** A question through the gateway. Of an answer that has suffered one must be able to tell that it is not whole. */
async function askAgent(pass: string): Promise<boolean> {
  const { status, end, tookMs } = await gateway.ask(pass, PATIENCE_MS)
  tally().answers++
  if (status === 500 || status > 504) complain(`a question got ${status} after ${tookMs.toFixed(0)} ms`)
  if (end === 'refused') tally().told++
  return end === 'whole'
}

/** What the services said of themselves last. */
const lastHealth = new Map<ChaosChild, string>()

async function isHealthy(child: ChaosChild): Promise<boolean> {
  const { status, json, tookMs } = await child.health()
  lastHealth.set(child, JSON.stringify(json))
  if (status !== 200 || tookMs > HEALTH_BAR_MS + recoveryBarMs() - RECOVERY_BAR_MS)
    complain(`health: ${status} after ${tookMs.toFixed(0)} ms`)
  return json['status'] === 'ok'
}

/** Somebody logs out while Redis is sick: their pass and their ticket must be worthless from then on. */
async function logOut(): Promise<(() => Promise<void>) | undefined> {
  const { status, json } = await gateway.token({ expect: 'anonymous' })
  if (status !== 200) return undefined
  const credentials = { pass: String(json.access_token), ticket: String(json.session_id) }
  await gateway.token({ session_id: credentials.ticket, end: true })
  const check = async () => {
    for (const [name, bearer] of Object.entries(credentials)) {
      const { status: after } = await gateway.call('GET', LIST, { bearer })
      if (after === 200) complain(`a ${name} works after its logout`)
    }
  }
  await check()
  return check
}

/** On a machine that needs long for the questions themselves, because others use it too, that is allowed for. */
function recoveryBarMs(): number {
  return RECOVERY_BAR_MS + 2 * tallies.of('nobody').slowestRecoveryMs
}

async function waitForRecovery(): Promise<void> {
  const cured = performance.now()
  const parts: Record<string, () => Promise<boolean>> = {
    'newcomers (plain)': () => askAsNewcomer(plain),
    'newcomers (gateway)': () => askAsNewcomer(gateway),
    'users (plain)': async () => (await plain.token({ expect: 'user' }, await signedIn())).status === 200,
    'the gateway': async () => {
      const { json } = await gateway.token({ expect: 'anonymous' })
      return json.access_token !== undefined && (await askGateway(json.access_token)) === 200
    },
    'an answer (gateway)': async () => {
      const { json } = await gateway.token({ expect: 'anonymous' })
      return json.access_token !== undefined && askAgent(json.access_token)
    },
    // When all is well, so that a Redis that came back empty has their tokens again before Coze falls sick.
    'those who are known': async () => {
      const areWell = (await Promise.all(children.map(isHealthy))).every((isWell) => isWell)
      return areWell && (await Promise.all(known.map(askAsKnown))).every((isServed) => isServed)
    },
    'health (plain)': () => isHealthy(plain),
    'health (gateway)': () => isHealthy(gateway),
  }
  await Promise.all(
    Object.entries(parts).map(async ([name, isWell]) => {
      while (performance.now() - cured < RECOVERY_LIMIT_MS && deaths.length === 0) {
        const asked = performance.now()
        if (await isWell()) {
          const tookMs = performance.now() - cured
          const counts = tally()
          counts.slowestRecoveryMs = Math.max(counts.slowestRecoveryMs, tookMs)
          if (tookMs > recoveryBarMs() && sickness?.supplier !== 'nobody')
            complain(`${name} took ${tookMs.toFixed(0)} ms to recover`)
          return
        }
        if (performance.now() - asked < 50) await sleep(50)
      }
      complain(`${name} did not recover: ${children.map((child) => lastHealth.get(child)).join(' ')}`)
    }),
  )
}

async function healthTells(child: ChaosChild, untilMs: number): Promise<boolean> {
  while (performance.now() < untilMs) {
    if (!(await isHealthy(child))) return true
    await sleep(100)
  }
  return false
}

async function suffer(next: Sickness): Promise<void> {
  sickness = next
  tally().sicknesses++
  const visitorOfNow = next.supplier === 'clock' ? gateway : undefined
  const cure = next.begin()
  const checks: (() => Promise<void>)[] = []
  const started = performance.now()
  const isOver = () => performance.now() - started > SICK_MS + random() * MORE_SICK_MS || deaths.length > 0
  const suffering = Promise.all([
    ...known.map(async (one) => {
      do await askAsKnown(one)
      while (!isOver())
    }),
    ...children.map(async (child) => {
      do await Promise.race([askAsNewcomer(child), sleep(SICK_MS)])
      while (!isOver())
    }),
    (async () => {
      if (next.supplier === 'redis') checks.push(...[await logOut()].filter((check) => check !== undefined))
      if (next.supplier === 'log') {
        await Promise.all(
          known.map(async ({ child, ticket }) => {
            for (let i = 0; i < LOG_BURST / known.length; i++)
              await child.token({ session_id: ticket, expect: 'anonymous' })
          }),
        )
      }
      if (visitorOfNow !== undefined) {
        const made = await visitorOfNow.token({ expect: 'anonymous' })
        checks.push(async () => {
          const again = await visitorOfNow.token({ session_id: made.json.session_id, expect: 'anonymous' })
          if (again.json.subject !== made.json.subject) complain('a visitor of a wrong clock has lost their chat')
          if (Number(again.json.expires_in) > 900) complain(`expires_in is ${again.json.expires_in}`)
        })
      }
      const { json } = await gateway.token({ expect: 'anonymous' })
      if (json.access_token !== undefined) await Promise.race([askGateway(json.access_token), sleep(SICK_MS)])
      if (json.access_token !== undefined && next.asked) await askAgent(json.access_token)
    })(),
  ])
  if (next.health !== undefined) {
    const told = await Promise.all(children.map((child) => healthTells(child, started + NOTICE_MS)))
    if (told.includes(false)) complain('health said ok')
  }
  await suffering
  cure()
  await waitForRecovery()
  for (const check of checks) await check()
}

async function endOf(child: ChaosChild, name: string): Promise<void> {
  const started = performance.now()
  child.process.kill('SIGTERM')
  const code = await Promise.race([
    once(child.process, 'exit').then(([status]) => status as number | null),
    sleep(SHUTDOWN_BAR_MS, 'never' as const),
  ])
  const tookMs = performance.now() - started
  say(`SIGTERM with ${name}: ${code === 0 ? `ended after ${tookMs.toFixed(0)} ms` : `exit ${code}`}`)
  if (code !== 0) {
    complaints.push(`SIGTERM with ${name}: exit ${code}`)
    child.process.kill('SIGKILL')
  }
}

known.push(...(await Promise.all(children.map(arrive))))
say(`two services run (seed ${seed})`)
const until = began + minutes * 60_000
const tell: ChaosChild['tell'] = (message) => {
  for (const child of children) child.tell(message)
}
let sipping: ReturnType<typeof setInterval> | undefined
function readLog(how: LogReading): void {
  clearInterval(sipping)
  if (how === 'well') plain.log?.resume()
  else plain.log?.pause()
  if (how === 'slow') sipping = setInterval(() => plain.log?.read(SIP_BYTES), SIP_EVERY_MS)
}
const all = listSicknesses({ coze, jwks, redis, redisServer, tell, readLog })
sickness = { supplier: 'nobody', name: '', begin: () => () => {} }
for (let i = 0; i < 5; i++) await waitForRecovery()
let waiting: Sickness[] = []
let had = 0
while (performance.now() < until && deaths.length === 0) {
  if (waiting.length === 0)
    waiting = all
      .map((each) => [random(), each] as const)
      .sort(([a], [b]) => a - b)
      .map(([, each]) => each)
  const next = waiting.pop()
  if (next !== undefined) await suffer(next)
  had++
}

// A reader of the log that has gone for good, which for a pipe is an error of every write.
sickness = undefined
isEnding = true
const deserted = await startChild(environment, 'pipe')
deserted.log?.destroy()
for (let i = 0; i < 20; i++) {
  const { status } = await deserted.token({ expect: 'anonymous' })
  if (status !== 200) complaints.push(`with its log reader gone the service answered ${status}`)
}
readLog('never')
await endOf(plain, 'a log reader that stands still')
await endOf(gateway, 'a full log disk')
await endOf(deserted, 'a log reader that has gone')

for (const text of new Set([...deaths, ...complaints])) say(text)
for (const child of [...children, deserted]) if (child.errors() !== '') say(`stderr: ${child.errors().slice(0, 500)}`)
tallies.print()
const report = createReport(`${minutes} minutes, ${had} of ${all.length} sicknesses, seed ${seed}`)
report.row('lines of the log that were read', logLines, '')
report.row('services that ended by themselves', deaths.length, '', { max: 0 })
report.row('complaints', complaints.length, '', { max: 0 })
report.row('slowest recovery', tallies.slowestRecoveryMs(), 'ms', { max: recoveryBarMs() })
report.end()

await Promise.all([coze.close(), jwks.close(), redis.close(), simulator.close()])
await redisServer.stop()
keyServer.closeAllConnections()
keyServer.close()
