/**
 * `npm run soak -- <minutes>`: twenty tabs of ten people in real Chromium, tokens of twenty seconds, and something broken
 * most of the time. Exit code 1 when a bar is missed. `SOAK_SEED` repeats the order of faults.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext } from '@playwright/test'
import { createReport, launchChromium, median } from '../bench/chromium.ts'
import { guestHtml, serveGuest } from '../browser/guest-page.ts'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { createRandom } from '../support/fault-proxy-body.ts'
import { foreignCanaries } from './canary.ts'
import { pick, switchFaults } from './faults.ts'
import { createIdealExchanges } from './ideal-exchanges.ts'
import { PERSON_COOKIE, startSoakSite } from './soak-site.ts'
import { openSoakTab, type SoakTab } from './soak-tab.ts'

const DEFAULT_MINUTES = 5
const TOKEN_SECONDS = 20
const SIGNED_IN = 6
const VISITORS = 4
const TABS_EACH = 2
const EXCHANGE_BAR = 1.3
const HEAP_BAR_KIB = 1024
const CONVERSATION_LENGTH = 10
const HEAP_EVERY_MS = 60_000
const SWAP_EVERY_MS = 45_000
const CLOCK_EVERY_MS = 20_000
/** What is gone is gone from the page at the next drawing. */
const DRAWN_MS = 1_000

/** One browser profile and who sits before it. */
interface Household {
  readonly context: BrowserContext
  /** Undefined: visitors, each tab one of his own. */
  person: string | undefined
  readonly tabs: SoakTab[]
  /** Tabs that are between two questions wait here while the person changes. */
  changing: Promise<void> | undefined
  busy: number
}

const minutes = Number(process.argv[2] ?? DEFAULT_MINUTES)
if (!(minutes > 0)) throw new TypeError('npm run soak -- <minutes>')
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31)
const random = createRandom(seed)
const began = Date.now()
const say = (text: string) => console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(5)} s  ${text}`)

const site = await startSoakSite(TOKEN_SECONDS)
const [before, coze] = await Promise.all([
  startFaultProxy({ target: site.url }),
  startFaultProxy({ target: site.cozeUrl }),
])
const url = serveGuest(before, '/soak', guestHtml(coze.url))
const browser = await launchChromium()
const ideal = createIdealExchanges(TOKEN_SECONDS * 1000)
const faults = new Map<string, number>()
const heaps: number[] = []
const ending = new AbortController()
let swaps = 0
let asking = 0
let visitorsBegun = 0

/** How often Coze has a question, and that none is in two sessions or beside somebody else's. */
function questions() {
  const counts = new Map<string, number>()
  const sessions = site.coze.dump().sessions.map(({ conversations }) => {
    const texts = conversations.flatMap(({ messages }) => messages)
    for (const { role, text } of texts) {
      if (role === 'user')
        for (const [word] of text.matchAll(/canary-\w+-\d+-end/g)) counts.set(word, (counts.get(word) ?? 0) + 1)
    }
    return texts.map(({ text }) => text).join('\n')
  })
  return { counts, sessions }
}

async function settle(household: Household, tab: SoakTab): Promise<void> {
  const owner = household.person ?? `v${++visitorsBegun}`
  tab.owner = owner
  ideal.began(owner, Date.now())
}

const households: Household[] = []
for (let index = 0; index < SIGNED_IN + VISITORS; index++) {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 900, height: 700 } })
  const person = index < SIGNED_IN ? `p${index}` : undefined
  if (person) await context.addCookies([{ name: PERSON_COOKIE, value: person, url: before.url }])
  const household: Household = { context, person, tabs: [], changing: undefined, busy: 0 }
  for (let number = 0; number < TABS_EACH; number++) {
    const tab = await openSoakTab({
      page: await context.newPage(),
      url,
      owner: '',
      nextNumber: () => ++asking,
      atCoze: (word) => questions().counts.get(word) ?? 0,
    })
    await settle(household, tab)
    await tab.open()
    household.tabs.push(tab)
  }
  households.push(household)
}
const tabs = households.flatMap((household) => household.tabs)
say(`${tabs.length} tabs of ${households.length} people are open (seed ${seed})`)
const until = Date.now() + minutes * 60_000
const running = () => Date.now() < until

/** Asks, reads, now and then begins a new conversation, loads the page again, or (a visitor) leaves for another one. */
async function live(household: Household, tab: SoakTab): Promise<void> {
  for (let turn = 1; running(); turn++) {
    await sleep(1_000 + random() * 5_000)
    await household.changing
    household.busy++
    try {
      const chance = random()
      if (turn % CONVERSATION_LENGTH === 0) await tab.newConversation()
      else if (chance < 0.04) await tab.reload()
      else if (chance < 0.07 && household.person === undefined) {
        await tab.logout()
        ideal.ended(tab.owner, Date.now())
        await settle(household, tab)
        await sleep(DRAWN_MS)
        await tab.search()
      } else if (chance < 0.12 && household.person === undefined) await tab.ask({ reloadInAnswer: true })
      else {
        await tab.ask()
        await tab.search()
      }
    } catch (error) {
      tab.errors.push(`the soak itself: ${error instanceof Error ? error.message : error}`)
    } finally {
      household.busy--
    }
  }
}

/** Two people change places: both sign out, and each signs in where the other was. */
async function swapPeople(): Promise<void> {
  const homes = households.filter(({ person }) => person !== undefined)
  const one = pick(random, homes)
  const other = pick(
    random,
    homes.filter((home) => home !== one),
  )
  let done = () => {}
  one.changing = other.changing = new Promise((resolve) => {
    done = resolve
  })
  while (one.busy + other.busy > 0) await sleep(100)
  const leaving = [one.person, other.person]
  for (const home of [one, other]) {
    await home.tabs[0]?.logout()
    await home.context.clearCookies()
    if (home.person) ideal.ended(home.person, Date.now())
    for (const tab of home.tabs) tab.owner = 'nobody'
    await sleep(DRAWN_MS)
    await home.tabs[0]?.search()
  }
  for (const [index, home] of [other, one].entries()) {
    const person = leaving[index] as string
    home.person = person
    await home.context.addCookies([{ name: PERSON_COOKIE, value: person, url: before.url }])
    ideal.began(person, Date.now())
    for (const tab of home.tabs) tab.owner = person
    await home.tabs[0]?.identify()
  }
  swaps++
  // Nobody turns to the other tab sooner.
  await sleep(2_000)
  done()
}

async function every(ms: number, work: () => Promise<void>): Promise<void> {
  while (running()) {
    await sleep(Math.min(ms, Math.max(0, until - Date.now())))
    if (running()) await work()
  }
}

const measureHeap = async () => {
  const all: number[] = []
  for (const tab of tabs) all.push(await tab.heapKib().catch(() => Number.NaN))
  heaps.push(median(all.filter((each) => !Number.isNaN(each))))
  const asked = tabs.reduce((sum, tab) => sum + tab.asked.length, 0)
  say(
    `${asked} questions, ${site.exchanges} exchanges (ideal ${ideal.count(Date.now())}), heap ${heaps.at(-1)?.toFixed(0)} KiB`,
  )
}

const breaking = switchFaults({
  site: before,
  coze,
  random,
  signal: ending.signal,
  log: (name) => faults.set(name, (faults.get(name) ?? 0) + 1),
})
await Promise.all([
  ...households.flatMap((household) => household.tabs.map((tab) => live(household, tab))),
  every(SWAP_EVERY_MS, swapPeople),
  every(Math.min(HEAP_EVERY_MS, (minutes * 60_000) / 4), measureHeap),
  every(CLOCK_EVERY_MS, async () => {
    const tab = pick(random, tabs)
    const ms = pick(random, [60_000, -60_000, 3_600_000, -3_600_000])
    // Forward it looks like a sleep, after which no token is good.
    if (ms > 0) ideal.spoilt(tab.owner, Date.now())
    await tab.moveClock(ms).catch(() => {})
  }),
  // Coze itself forgets a token.
  every(CLOCK_EVERY_MS * 3, async () => {
    site.coze.revoke()
    for (const tab of new Set(tabs.map(({ owner }) => owner))) ideal.spoilt(tab, Date.now())
  }),
  (async () => {
    await sleep(minutes * 60_000)
    ending.abort()
  })(),
])
await breaking
await measureHeap()
const finished = Date.now()
for (const tab of tabs) await tab.search()

const asked = tabs.flatMap((tab) => tab.asked)
const having = (outcome: string) => asked.filter((each) => each.outcome === outcome)
const { counts, sessions } = questions()
const foreign = [
  ...tabs.flatMap((tab) => tab.foreign),
  ...sessions.flatMap((text) => foreignCanaries(text, /canary-(\w+)-\d+-end/.exec(text)?.[1] ?? '')),
]
const errors = tabs.flatMap((tab) => tab.errors)
const twice = asked.filter(({ word, failuresSeen }) => failuresSeen === 0 && (counts.get(word) ?? 0) > 1)
const unheard = having('answered').filter(({ word }) => !counts.has(word))
const wanted = ideal.count(finished)

for (const error of new Set(errors)) say(error)
for (const word of new Set(foreign)) say(`found with somebody else: ${word}`)
for (const { word, outcome } of asked) if (outcome !== 'answered') say(`${word}: ${outcome}`)
for (const { word } of twice) say(`${word}: asked ${counts.get(word)} times`)

const report = createReport(
  `${minutes} minutes, ${tabs.length} tabs of ${households.length} people, tokens of ${TOKEN_SECONDS} s`,
)
report.row(
  'faults switched on',
  [...faults.values()].reduce((sum, each) => sum + each, 0),
  '',
)
report.row('people who changed places', swaps * 2, '')
report.row('visitors, one after another', visitorsBegun, '')
report.row(
  'pages loaded again',
  tabs.reduce((sum, tab) => sum + tab.reloads, 0),
  '',
)
report.row('questions asked', asked.length, '')
report.row('answered', having('answered').length, '')
report.row(
  'of these, failed visibly before',
  having('answered').filter(({ failuresSeen }) => failuresSeen > 0).length,
  '',
)
report.row('failed visibly, and given up', having('given up').length, '')
report.row('answered out of sight', having('out of sight').length, '', { max: 0 })
report.row('lost silently', having('lost').length + unheard.length, '', { max: 0 })
report.row('without an end after six minutes', having('endless').length, '', { max: 0 })
report.row('asked twice though nothing failed visibly', twice.length, '', { max: 0 })
report.row('bytes across users', foreign.join('').length, 'bytes', { max: 0 })
report.row('uncaught errors', errors.length, '', { max: 0 })
report.row('exchanges', site.exchanges, '')
report.row('exchanges, ideally', wanted, '')
report.row('exchanges to the ideal', site.exchanges / wanted, 'times', { max: EXCHANGE_BAR })
report.row('heap of a tab at first, median', heaps[0] ?? Number.NaN, 'KiB')
report.row('growth of it', (heaps.at(-1) ?? Number.NaN) - (heaps[0] ?? Number.NaN), 'KiB', { max: HEAP_BAR_KIB })
report.end()

await browser.close()
await Promise.all([before.close(), coze.close()])
await site.close()
