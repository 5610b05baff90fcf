/** Hidden, frozen, cached and prerendered pages, in a Chromium that really hides, freezes, caches and prerenders. */
import { type FaultProxy, hang } from '../support/fault-proxy.ts'
import { test as base, callsTo, expect, TOKEN_PATH } from './guest-fixture.ts'
import { guestHtml, serveGuest } from './guest-page.ts'
import { launchRawChromium, type RawBrowser, type RawTab } from './raw-chromium.ts'

/** Long enough for the timer to renew ahead, short enough to outlive. */
const TTL_SECONDS = 11

const test = base.extend<{ browserOfPeople: RawBrowser }>({
  // biome-ignore lint/correctness/noEmptyPattern: the driver reads the names of the fixtures wanted from this pattern.
  browserOfPeople: async ({}, use) => {
    const browser = await launchRawChromium()
    await use(browser)
    await browser.close()
  },
})

test.use({ demoOptions: { tokenTtlSeconds: TTL_SECONDS, knobs: { pieceDelayMs: 0 } } })
test.setTimeout(90_000)

/** When the visitor follows the link. */
const VISIT_AFTER_MS = 6_000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const tokenCalls = (site: FaultProxy) => callsTo(site, TOKEN_PATH)

function startTicking() {
  const ticks = [performance.now()]
  Object.assign(window, { ticks })
  setInterval(() => ticks.push(performance.now()), 100)
}

/** The longest time in which the page's ticker was silent. */
const longestSilence = () => {
  const { ticks } = window as unknown as { ticks: number[] }
  return Math.max(0, ...ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0)))
}

const shownText = () => document.querySelector('coze-chat')?.shadowRoot?.querySelector('[role=log]')?.textContent ?? ''

/** Opens the chat and asks; resolves when the answer is complete. */
async function ask(tab: RawTab, text: string): Promise<void> {
  await tab.until(() => window.cozeChat !== undefined)
  await tab.evaluate(async (question) => {
    window.cozeChat?.open()
    await window.cozeChat?.send(question)
    // What has changed is drawn with the next frame; a page that is left before it would come back without it.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  }, text)
  await tab.until(
    () =>
      document.querySelector('coze-chat')?.shadowRoot?.querySelector('[role=log]')?.getAttribute('aria-busy') ===
      'false',
  )
}

async function signIn(tab: RawTab, url: string, user: string): Promise<void> {
  await tab.goto(`${url}/shop`)
  await tab.evaluate(async (name) => {
    await fetch('/shop/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: name }),
    })
  }, user)
  await tab.goto(`${url}/shop`)
}

const signOutOfShop = () => fetch('/shop/logout', { method: 'POST', body: '{}' }).then(() => undefined)

test('F1: a hidden tab whose timers stand still renews when it is looked at again, before its first question', async ({
  browserOfPeople,
  site,
  demo,
}) => {
  const tab = await browserOfPeople.newTab(serveGuest(site, '/guest', guestHtml(demo.simulator.url)))
  await ask(tab, 'Hello')
  await tab.evaluate(startTicking)
  const before = tokenCalls(site).length
  const other = await browserOfPeople.newTab()
  await tab.until(() => document.visibilityState === 'hidden')
  await pause(TTL_SECONDS * 1000 + 2_000)
  expect(await tab.evaluate(longestSilence)).toBeGreaterThan(900)
  expect(tokenCalls(site)).toHaveLength(before)
  const refusedBefore = demo.simulator.simulator.requests.filter(({ status }) => status === 401).length
  await tab.bringToFront()
  await ask(tab, 'echo after a rest')
  expect(await tab.evaluate(shownText)).toContain('after a rest')
  expect(demo.simulator.simulator.requests.filter(({ status }) => status === 401)).toHaveLength(refusedBefore)
  expect(tokenCalls(site)).toHaveLength(before + 1)
  await other.close()
})

test('F3: an answer that was open when the tab froze, and came for a user who has gone, is not acted on after the thaw', async ({
  browserOfPeople,
  site,
  demo,
}) => {
  const tab = await browserOfPeople.newTab()
  await signIn(tab, site.url, 'Ann')
  await ask(tab, 'My name is Canary-Ann')
  const elsewhere = await browserOfPeople.newTab(`${site.url}/shop`)
  await ask(elsewhere, 'Hello')
  await tab.bringToFront()
  // Ann's renewal: her answer is made, its body stays on the way.
  const held = site.rules.once('POST /api/coze/token', hang('headers'))
  demo.simulator.simulator.revoke()
  await tab.evaluate(() => void window.cozeChat?.send('echo too late'))
  await expect.poll(() => held.hits).toBe(1)
  await tab.evaluate(startTicking)
  await elsewhere.bringToFront()
  await tab.until(() => document.visibilityState === 'hidden')
  await tab.setFrozen(true)
  await elsewhere.evaluate(async () => {
    await window.cozeChat?.logout()
    await fetch('/shop/logout', { method: 'POST', body: '{}' })
  })
  await pause(2_500)
  held.release()
  await tab.bringToFront()
  await tab.setFrozen(false)
  await expect.poll(() => tab.evaluate(longestSilence)).toBeGreaterThan(2_000)
  await tab.until(
    () => !(document.querySelector('coze-chat')?.shadowRoot?.textContent ?? '').includes('Canary-Ann'),
    undefined,
    5_000,
  )
  await pause(1_000)
  expect(await tab.evaluate(shownText)).not.toContain('Canary-Ann')
})

test('F9: Back after a logout restores the page from the cache and shows nothing of the user who has left', async ({
  browserOfPeople,
  site,
}) => {
  // The demo's pages forbid every cache; most sites do not.
  site.rules.always('GET /shop', { headers: { 'cache-control': undefined } })
  const tab = await browserOfPeople.newTab()
  await signIn(tab, site.url, 'Ann')
  await ask(tab, 'My name is Canary-Ann')
  await tab.evaluate(() => {
    const seen: unknown[] = []
    Object.assign(window, { seen })
    const look = () => {
      const frame = document.querySelector('coze-chat')?.shadowRoot?.querySelector<HTMLElement>('.frame')
      const readable = frame && getComputedStyle(frame).visibility !== 'hidden'
      if (readable && frame.textContent?.includes('Canary-Ann')) seen.push('canary')
      requestAnimationFrame(look)
    }
    addEventListener('pageshow', ({ persisted }) => {
      seen.push(persisted ? 'from the cache' : 'loaded')
      look()
    })
  })
  // Another host is another site: 127.0.0.1 against localhost.
  await tab.goto(`${site.url.replace('127.0.0.1', 'localhost')}/inline`)
  const elsewhere = await browserOfPeople.newTab(`${site.url}/demo/demo.css`)
  await elsewhere.evaluate(signOutOfShop)
  await tab.bringToFront()
  // In its own time, because the page that is told to leave cannot answer.
  await tab.evaluate(() => void setTimeout(() => history.back()))
  await tab.until(() => location.pathname === '/shop' && 'seen' in window)
  await tab.until(
    () => !(document.querySelector('coze-chat')?.shadowRoot?.textContent ?? '').includes('Canary-Ann'),
    undefined,
    10_000,
  )
  await pause(500)
  expect(await tab.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual(['from the cache'])
})

test('F9: Back without a logout restores the chat as it was', async ({ browserOfPeople, site, demo }) => {
  const url = serveGuest(site, '/guest', guestHtml(demo.simulator.url))
  const tab = await browserOfPeople.newTab(url)
  await ask(tab, 'My name is Ann')
  await tab.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => Object.assign(window, { persisted }))
  })
  await tab.goto(`${site.url.replace('127.0.0.1', 'localhost')}/inline`)
  // In its own time, because the page that is told to leave cannot answer.
  await tab.evaluate(() => void setTimeout(() => history.back()))
  await tab.until(() => (window as unknown as { persisted?: boolean }).persisted === true)
  expect(await tab.evaluate(shownText)).toContain('My name is Ann')
  await ask(tab, 'What is my name?')
  await tab.until(() =>
    /name is Ann[\s\S]*Ann/.test(document.querySelector('coze-chat')?.shadowRoot?.textContent ?? ''),
  )
  expect(
    await tab.evaluate(
      () =>
        getComputedStyle(document.querySelector('coze-chat')?.shadowRoot?.querySelector('.frame') as Element)
          .visibility,
    ),
  ).toBe('visible')
})

const fetches = (site: FaultProxy) => site.requests.filter(({ path }) => path === '/prerendered')

/** A page whose only link, `/prerendered`, the browser draws before it is followed; the visitor follows it by himself a little later. */
async function openWhatPrerenders(browser: RawBrowser, site: FaultProxy): Promise<void> {
  const rules = JSON.stringify({ prerender: [{ urls: ['/prerendered'], eagerness: 'immediate' }] })
  const body = `<script type="speculationrules">${rules}</script>
<script>setTimeout(() => location.assign('/prerendered'), ${VISIT_AFTER_MS})</script>`
  await browser.openAlone(serveGuest(site, '/start', guestHtml('', { tag: null, body })))
  await expect.poll(() => fetches(site).map(({ headers }) => headers['sec-purpose'])).toEqual(['prefetch;prerender'])
}

test('F10: a prerendered page mints no token until somebody visits it', async ({ browserOfPeople, site, demo }) => {
  const target = serveGuest(site, '/prerendered', guestHtml(demo.simulator.url, { tag: { open: 'true' } }))
  await openWhatPrerenders(browserOfPeople, site)
  // Its script runs, unseen.
  await expect.poll(() => site.requests.filter(({ path }) => path === '/dist/embed.js').length).toBe(1)
  await pause(2_000)
  expect(tokenCalls(site)).toEqual([])
  const visited = await browserOfPeople.attach(target)
  await visited.until(() => window.cozeChat?.state.token !== undefined)
  const started = await visited.evaluate(
    () => (performance.getEntriesByType('navigation')[0] as unknown as { activationStart: number }).activationStart,
  )
  expect(started).toBeGreaterThan(0)
  expect(fetches(site)).toHaveLength(1)
  expect(tokenCalls(site)).toHaveLength(1)
})

test('F10: prerendered for a user who is signed in, a page asks nothing until he visits it, and then shows his chat', async ({
  browserOfPeople,
  site,
  demo,
}) => {
  const tab = await browserOfPeople.newTab()
  await signIn(tab, site.url, 'Ann')
  await ask(tab, 'My name is Canary-Ann')
  await tab.close()
  const target = serveGuest(
    site,
    '/prerendered',
    guestHtml(demo.simulator.url, { tag: { open: 'true', user: 'required' } }),
  )
  const before = tokenCalls(site).length
  await openWhatPrerenders(browserOfPeople, site)
  await pause(2_000)
  expect(tokenCalls(site)).toHaveLength(before)
  const visited = await browserOfPeople.attach(target)
  await visited.until(() => (document.querySelector('coze-chat')?.shadowRoot?.textContent ?? '').includes('Canary-Ann'))
  expect(
    await visited.evaluate(
      () => (performance.getEntriesByType('navigation')[0] as unknown as { activationStart: number }).activationStart,
    ),
  ).toBeGreaterThan(0)
  expect(
    tokenCalls(site)
      .slice(before)
      .map(({ headers }) => headers['sec-purpose']),
  ).toEqual([undefined])
})

test('F3: a tab that the browser has discarded finds its chat again when its visitor comes back', async ({
  browserOfPeople,
  site,
  demo,
}) => {
  // No debugger may look on: Chromium keeps such a tab. So the page says it by itself, once.
  const body = `<script>(window.cozeChatQueue ||= []).push((chat) => {
  chat.open()
  if (!sessionStorage.getItem('said')) chat.send('My name is Ann')
  sessionStorage.setItem('said', 'yes')
})</script>`
  const url = serveGuest(site, '/discarded', guestHtml(demo.simulator.url, { body }))
  await browserOfPeople.openAlone(url)
  const answers = () => JSON.stringify(demo.simulator.simulator.dump()).split('"answer"').length - 1
  await expect.poll(answers).toBeGreaterThan(0)
  // Coze has the answer before the page has.
  await pause(3_000)
  const discards = await browserOfPeople.newTab('chrome://discards')
  await discards.until((address) => {
    const list = document.querySelector('discards-main')?.shadowRoot?.querySelector('discards-tab')?.shadowRoot
    const row = [...(list?.querySelectorAll('tbody tr') ?? [])].find((each) => each.textContent?.includes(address))
    const link = [...(row?.querySelectorAll<HTMLElement>('*') ?? [])].find(
      (each) => each.textContent?.trim() === '[Urgent Discard]',
    )
    link?.click()
    return link !== undefined
  }, url)
  await pause(1_000)
  const tab = await browserOfPeople.attach(url)
  await tab.bringToFront()
  await tab.until(() => (document as unknown as { wasDiscarded: boolean }).wasDiscarded)
  await tab.until(() => (document.querySelector('coze-chat')?.shadowRoot?.textContent ?? '').includes('My name is Ann'))
  await ask(tab, 'What is my name?')
  expect(await tab.evaluate(shownText)).toMatch(/What is my name\?[\s\S]*Ann/)
})

test('F26: while a frozen tab holds the lock, another tab of the user has its new token within 3 s', async ({
  browserOfPeople,
  site,
  demo,
}) => {
  const waiter = await browserOfPeople.newTab()
  await signIn(waiter, site.url, 'Ann')
  await ask(waiter, 'Hello')
  const holder = await browserOfPeople.newTab(`${site.url}/shop`)
  await ask(holder, 'Hello')
  await holder.evaluate(startTicking)
  // Both tokens are worthless now; the holder is the first to notice, and its question for another one hangs.
  demo.simulator.simulator.revoke()
  const held = site.rules.once('POST /api/coze/token', hang('accept'))
  await holder.evaluate(() => void window.cozeChat?.send('echo frozen'))
  await expect.poll(() => held.hits).toBe(1)
  await waiter.bringToFront()
  await holder.until(() => document.visibilityState === 'hidden')
  await holder.setFrozen(true)
  const locks = await waiter.evaluate(async () =>
    (await navigator.locks.query()).held?.map(({ name = '' }) => name.split(':')[0]),
  )
  expect(locks).toContain('coze-chat-token')
  const waitedMs = await waiter.evaluate(async () => {
    const since = performance.now()
    const renewed = new Promise<number>((resolve) => {
      window.cozeChat?.on('token', () => resolve(performance.now() - since))
    })
    await window.cozeChat?.send('echo not frozen')
    return renewed
  })
  expect(waitedMs).toBeGreaterThan(1_900)
  expect(waitedMs).toBeLessThan(3_000)
  expect(await waiter.evaluate(shownText)).toContain('not frozen')
  await holder.setFrozen(false)
  await expect.poll(() => holder.evaluate(longestSilence)).toBeGreaterThan(1_900)
})
