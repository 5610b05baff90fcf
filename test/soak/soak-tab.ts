/** One tab and the person before it, who asks, reads, and presses the button that a trouble offers. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from '@playwright/test'
import { everythingOn } from '../browser/everything-on.ts'
import { canary, foreignCanaries } from './canary.ts'

const LOOK_MS = 500
/** A visitor reads before he presses a button. */
const READ_MS = 1_000
/** Whatever is out of sight for so long is lost. */
const LOST_MS = 15_000
/** So long a person looks at a trouble that offers no button. */
const STUCK_MS = 20_000
/** Longer than the longest limit of the chat's own (five minutes of silence in an answer). */
const PATIENCE_MS = 6 * 60_000
const NOTES_KEPT = 30

/**
 * `given up`: it failed visibly, without a way to go on, and the page was loaded again. `out of sight`: at Coze, but its
 * conversation is not the one that is shown. `lost`: neither at Coze nor to be seen. `endless`: still under way after minutes.
 */
export type Outcome = 'answered' | 'given up' | 'out of sight' | 'lost' | 'endless'

export interface Asked {
  readonly word: string
  readonly outcome: Outcome
  /** How often the person saw that something had failed. */
  readonly failuresSeen: number
}

export interface SoakTab {
  readonly page: Page
  /** Whose words may be here. */
  owner: string
  readonly asked: Asked[]
  readonly errors: string[]
  /** Canaries of others that were found here. */
  readonly foreign: string[]
  readonly reloads: number
  open(): Promise<void>
  ask(options?: { reloadInAnswer?: boolean }): Promise<void>
  newConversation(): Promise<void>
  /** Forgets the visitor. */
  logout(): Promise<void>
  identify(): Promise<void>
  reload(): Promise<void>
  /** Moves the page's wall clock. */
  moveClock(ms: number): Promise<void>
  search(): Promise<void>
  heapKib(): Promise<number>
}

interface Sight {
  /** The question is in the log. */
  shown: boolean
  /** It is back in the composer, or was never sent from there. */
  typed: boolean
  /** The agent has answered it, wholly. */
  answered: boolean
  /** Something says that it went wrong; `button` can be pressed now. */
  trouble: boolean
  button: boolean
  /** The chat has yet to open. */
  opening: boolean
}

/** Runs in the page. */
function lookFor(word: string): Sight {
  const root = document.querySelector('coze-chat')?.shadowRoot
  const articles = [...(root?.querySelectorAll('[role=log] article') ?? [])]
  const at = articles.findIndex((article) => article.matches('.user') && article.textContent?.includes(word))
  const after = at === -1 ? [] : articles.slice(at)
  const next = after.findIndex((article, index) => index > 0 && article.matches('.user'))
  const turn = next === -1 ? after : after.slice(0, next)
  const trouble = [...turn, root?.querySelector('[role=alert]')].find(
    (place) =>
      place?.querySelector('.problem, .footnote button') && !/Waiting to be sent/.test(place.textContent ?? ''),
  )
  return {
    shown: at !== -1,
    typed: root?.querySelector('textarea')?.value.includes(word) ?? false,
    answered:
      !trouble &&
      root?.querySelector('[role=log]')?.getAttribute('aria-busy') === 'false' &&
      turn.some((article) => article.matches('.assistant') && article.textContent?.includes(word)),
    trouble: trouble !== undefined,
    button: trouble?.querySelector('button:not([disabled])') != null,
    opening: !root?.querySelector('[role=log]') || /Connecting/.test(root.querySelector('.header')?.textContent ?? ''),
  }
}

/** Runs in the page. */
function whyShut(): string | null | undefined {
  return document
    .querySelector('coze-chat')
    ?.shadowRoot?.querySelector('[data-fatal]:has(.composer[hidden]) .problem p')
    ?.getAttribute('title')
}

/** Runs in the page: the person presses the button beside the trouble, or sends what was given back. */
function pressOn(word: string): void {
  const root = document.querySelector('coze-chat')?.shadowRoot
  const offered = [
    ...(root?.querySelectorAll<HTMLButtonElement>(
      ':is([role=log] article, [role=alert]) :is(.problem, .footnote) button',
    ) ?? []),
  ].find((button) => !button.disabled && /try again|new conversation|edit/i.test(button.textContent ?? ''))
  const send = root?.querySelector<HTMLButtonElement>('button[type=submit]')
  if (offered) offered.click()
  else if (root?.querySelector('textarea')?.value.includes(word)) send?.click()
}

export async function openSoakTab(options: {
  page: Page
  url: string
  owner: string
  /** Unique in the whole run. */
  nextNumber(): number
  /** How often Coze has this question. */
  atCoze(word: string): number
}): Promise<SoakTab> {
  const { page, url, nextNumber, atCoze } = options
  const errors: string[] = []
  const asked: Asked[] = []
  const foreign: string[] = []
  let reloads = 0
  let cdp: CDPSession | undefined

  // Whoever waits to be asked who he is waits as long as something is broken.
  page.setDefaultTimeout(PATIENCE_MS / 6)
  page.on('pageerror', (error) => errors.push(`${error.name}: ${error.message}`))
  page.on('crash', () => errors.push('the tab crashed'))
  page.on('dialog', (dialog) => {
    errors.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.addInitScript(() => {
    const { now } = Date
    const skew = { ms: 0 }
    Object.assign(window, { skew })
    Date.now = () => now() + skew.ms
  })

  /** What the chat said of itself, for the report of a question that is lost. */
  const notes: string[] = []
  page.on('console', (message) => {
    notes.push(`${new Date().toISOString().slice(11, 23)} ${message.text().slice(0, 400)}`)
    if (notes.length > NOTES_KEPT) notes.shift()
  })
  await page.addInitScript(() => {
    for (const type of ['session', 'token', 'error']) {
      addEventListener(`coze-chat:${type}`, (event) => {
        console.debug(type, JSON.stringify((event as CustomEvent).detail), JSON.stringify({ ...sessionStorage }))
      })
    }
  })

  const composer = page.locator('coze-chat').getByRole('textbox')

  async function open(): Promise<void> {
    await page.goto(url)
    await page.locator('coze-chat button[part=launcher]').click()
    await fieldAtHand()
  }

  async function reload(): Promise<void> {
    reloads++
    await page.reload()
    await page.locator('coze-chat button[part=launcher]').click()
    await fieldAtHand()
  }

  /** A chat that is shut has no field, but a button. */
  async function fieldAtHand(): Promise<void> {
    const until = Date.now() + PATIENCE_MS
    let reason: string | null | undefined
    while (!(await composer.isVisible()) && Date.now() < until) {
      await sleep(READ_MS)
      const now = await page.evaluate(whyShut)
      if (now && now !== reason) console.log(`a chat is shut: ${now}`)
      reason = now
      await page.evaluate(pressOn, '')
    }
  }

  const tab: SoakTab = {
    page,
    owner: options.owner,
    asked,
    errors,
    foreign,
    get reloads() {
      return reloads
    },
    open,
    reload,
    async ask({ reloadInAnswer = false } = {}) {
      const word = canary(tab.owner, nextNumber())
      await fieldAtHand()
      await composer.fill(`echo ${word}`)
      await composer.press('Enter')
      let failuresSeen = 0
      let outOfSightSince: number | undefined
      let stuckSince: number | undefined
      let reloadSoon = reloadInAnswer
      let gaveUp = false
      const until = Date.now() + PATIENCE_MS
      const end = (outcome: Outcome) => void asked.push({ word, outcome, failuresSeen })
      for (;;) {
        await sleep(LOOK_MS)
        const sight = await page.evaluate(lookFor, word)
        if (sight.answered) return end('answered')
        if (reloadSoon && sight.shown && !sight.trouble && atCoze(word) > 0) {
          reloadSoon = false
          notes.push('loaded again in mid-answer')
          await reload()
          continue
        }
        if (sight.button || (sight.typed && !sight.trouble)) {
          failuresSeen++
          stuckSince = undefined
          await sleep(READ_MS)
          await page.evaluate(pressOn, word)
        } else if (sight.trouble && Date.now() - (stuckSince ??= Date.now()) > STUCK_MS) {
          // A trouble without a button ("please sign in"): people load the page again.
          stuckSince = undefined
          failuresSeen++
          gaveUp = true
          await reload()
        }
        if (sight.shown || sight.typed || sight.opening || sight.trouble) outOfSightSince = undefined
        else if (Date.now() - (outOfSightSince ??= Date.now()) > LOST_MS) {
          console.log(`${word} is out of sight: ${notes.join('\n    ')}`)
          return end(atCoze(word) > 0 ? 'out of sight' : gaveUp ? 'given up' : 'lost')
        }
        if (Date.now() > until) return end('endless')
      }
    },
    newConversation: () => page.evaluate(() => window.cozeChat?.newConversation().catch(() => {})),
    logout: () => page.evaluate(() => window.cozeChat?.logout()),
    identify: () => page.evaluate(() => window.cozeChat?.identify()),
    moveClock: (ms) =>
      page.evaluate((by) => {
        ;(window as unknown as { skew: { ms: number } }).skew.ms += by
      }, ms),
    async search() {
      foreign.push(...foreignCanaries(await page.evaluate(everythingOn), tab.owner))
    },
    async heapKib() {
      cdp ??= await page.context().newCDPSession(page)
      await cdp.send('HeapProfiler.enable')
      await cdp.send('HeapProfiler.collectGarbage')
      await cdp.send('HeapProfiler.disable')
      return (await cdp.send('Runtime.getHeapUsage')).usedSize / 1024
    },
  }
  return tab
}
