/** A visitor who comes back sees his last messages before Coze has answered, and nobody else ever does. */
import type { Page } from '@playwright/test'
import { type FaultProxy, hang } from '../support/fault-proxy.ts'
import type { ChatPage } from './demo-fixture.ts'
import { callsTo, expect, test, watchTrouble } from './guest-fixture.ts'
import { BOT_ID } from './guest-page.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

/** Not of a tab: whether a reload is the same tab takes a busy machine longer to tell than a test may wait. */
const DEVICE = { tag: { session: 'device' } }

const LIST = 'POST /v1/conversation/message/list'
/** Who has no conversation in this browser is looked up; whose ticket is new is not even that. */
const NEWEST = 'GET /v1/conversations'
const AGENT = `GET /v1/bots/${BOT_ID}`

/** How many entries there are, in all databases of the origin. */
const keptEntries = (page: Page) =>
  page.evaluate(async () => {
    let count = 0
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => resolve(opening.result)
        opening.onerror = () => reject(opening.error)
      })
      for (const store of database.objectStoreNames) {
        count += await new Promise<number>((resolve) => {
          const counting = database.transaction(store).objectStore(store).count()
          counting.onsuccess = () => resolve(counting.result)
        })
      }
      database.close()
    }
    return count
  })

/** Both memories of the session, where the secret that opens the entries lives. */
const memories = (page: Page) =>
  page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]).replaceAll('\\', ''))

/** The session of the site changes without a word to the chat. */
async function signIn(page: Page, url: string, user: string): Promise<void> {
  await page.request.post(`${url}/shop/login`, { data: { user } })
}

async function talk(page: Page, chat: ChatPage, name = 'Ann'): Promise<void> {
  await chat.launcher.click()
  await chat.ask(`My name is Canary-${name}`)
  await chat.ask('What is my name?')
  await expect.poll(() => keptEntries(page)).toBe(1)
  await expect.poll(() => memories(page)).toContain('"seal"')
}

/** The visitor reloads and opens the chat while the server's list hangs: what he sees is what was kept. */
async function returnBeforeTheList(page: Page, chat: ChatPage, api: FaultProxy) {
  const held = api.rules.always(LIST, hang('accept'))
  await page.reload()
  await chat.launcher.click()
  await expect(chat.log).toContainText('Canary-Ann')
  return held
}

test('the last messages are there while the list of the server is on its way, cannot be answered again yet, and do not move when it comes', async ({
  page,
  api,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  const chat = await visitGuest(DEVICE)
  await talk(page, chat)
  const held = await returnBeforeTheList(page, chat, api)
  await expect.poll(() => held.hits).toBeGreaterThan(0)
  await expect(chat.composer).toBeEnabled()
  await expect(chat.widget.getByRole('button', { name: 'Answer again' })).toBeDisabled()
  await expect(chat.widget.getByRole('button', { name: 'New conversation' })).toBeDisabled()
  const answer = await chat.answers.last().elementHandle()
  // The panel grows while it opens.
  await expect
    .poll(() =>
      page.evaluate(
        () => document.querySelector('coze-chat')?.shadowRoot?.querySelector('.frame')?.getAnimations().length,
      ),
    )
    .toBe(0)
  const before = await answer?.boundingBox()
  held.release()
  held.remove()
  await expect(chat.widget.getByRole('button', { name: 'Answer again' })).toBeEnabled()
  expect(await answer?.evaluate((element) => element.isConnected)).toBe(true)
  expect(await answer?.boundingBox()).toEqual(before)
  await expect(chat.answers).toHaveCount(2)
  expect(trouble).toEqual([])
})

test('a question asked before the list is there waits for it, and goes out once', async ({ page, api, visitGuest }) => {
  const chat = await visitGuest(DEVICE)
  await talk(page, chat)
  const held = await returnBeforeTheList(page, chat, api)
  await chat.composer.fill('echo early-bird')
  await chat.composer.press('Enter')
  await expect(chat.log).toContainText('early-bird')
  held.release()
  held.remove()
  await expect(chat.answers.last()).toContainText('early-bird')
  await expect(chat.answers).toHaveCount(3)
  expect(callsTo(api, '/v3/chat')).toHaveLength(3)
})

test('the server has the last word: what was deleted there meanwhile goes', async ({ page, demo, visitGuest }) => {
  const chat = await visitGuest(DEVICE)
  await talk(page, chat)
  const { ['authorization']: authorization = '' } =
    demo.simulator.simulator.requests.findLast(({ headers }) => headers['authorization'])?.headers ?? {}
  const session = demo.simulator.simulator
    .dump()
    .sessions.findLast(({ conversations }) =>
      conversations.some(({ messages }) => messages.some(({ text }) => text.includes('Canary-Ann'))),
    )
  const conversation = session?.conversations.at(-1)
  await demo.simulator.simulator.fetch(
    new Request(`http://coze.test/v1/conversations/${conversation?.id}`, {
      method: 'DELETE',
      headers: { authorization },
    }),
  )
  await page.reload()
  await chat.launcher.click()
  await expect(chat.composer).toBeEnabled()
  await expect(chat.log).not.toContainText('Canary-Ann')
})

test('F24: after logout nothing is left in IndexedDB, nor what could open it, and another user sees nothing', async ({
  page,
  api,
  site,
  visitGuest,
}) => {
  await signIn(page, site.url, 'Ann')
  const chat = await visitGuest(DEVICE)
  await talk(page, chat)
  await page.evaluate(() => window.cozeChat?.logout())
  await expect.poll(() => keptEntries(page)).toBe(0)
  expect(await memories(page)).not.toContain('"seal"')
  await signIn(page, site.url, 'Bo')
  const held = api.rules.always(NEWEST, hang('accept'))
  const bo = await visitGuest()
  await bo.launcher.click()
  await expect.poll(() => held.hits).toBeGreaterThan(0)
  await expect(bo.log).not.toContainText('Canary-Ann')
})

test('F20: a user who left without a word is found out by the token, before anything of theirs is drawn', async ({
  page,
  api,
  site,
  visitGuest,
}) => {
  await signIn(page, site.url, 'Bo')
  const chat = await visitGuest(DEVICE)
  await talk(page, chat, 'Bo')
  await signIn(page, site.url, 'Ann')
  const held = api.rules.always(NEWEST, hang('accept'))
  const ann = await visitGuest()
  await ann.launcher.click()
  await expect.poll(() => held.hits).toBeGreaterThan(0)
  await expect(ann.log).not.toContainText('Canary-Bo')
})

/** How many entries open with any word that lies in one of the storages. */
const openEntries = (page: Page) =>
  page.evaluate(async () => {
    const words = [...Object.entries(localStorage), ...Object.entries(sessionStorage)].flatMap(([name, value]) => [
      name,
      value,
      ...(value.match(/[\w-]+/g) ?? []),
    ])
    let opened = 0
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('coze-chat')
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error)
    })
    const all = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => {
        request.onsuccess = () => resolve(request.result)
      })
    const store = () => database.transaction('sealed').objectStore('sealed')
    const names = (await all(store().getAllKeys())) as string[]
    const entries = (await all(store().getAll())) as { iv: BufferSource; sealed: BufferSource }[]
    for (const [at, { iv, sealed }] of entries.entries()) {
      const additionalData = new TextEncoder().encode(names[at])
      for (const word of words) {
        const bits = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(word))
        const key = await crypto.subtle.importKey('raw', bits, 'AES-GCM', false, ['decrypt'])
        await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, sealed).then(
          () => opened++,
          () => {},
        )
      }
    }
    database.close()
    return { entries: entries.length, opened }
  })

test('T36: what a user left without a word cannot be opened by who comes next, and opens at once for the user, in another tab too', async ({
  page,
  context,
  api,
  site,
  visitGuest,
}) => {
  await signIn(page, site.url, 'Ann')
  await talk(page, await visitGuest())
  expect(await openEntries(page)).toEqual({ entries: 1, opened: 0 })
  await page.close()

  const tab = await context.newPage()
  const held = api.rules.always(LIST, hang('accept'))
  const again = await visitGuest({}, tab)
  await again.launcher.click()
  await expect(again.log).toContainText('Canary-Ann')
  held.remove()
  await tab.close()

  const next = await context.newPage()
  await signIn(next, site.url, 'Bo')
  await next.goto(`${site.url}/shop`)
  expect(await openEntries(next)).toEqual({ entries: 1, opened: 0 })
})

test('a new tab is a stranger', async ({ page, context, api, visitGuest }) => {
  const chat = await visitGuest()
  await talk(page, chat)
  await page.close()
  const tab = await context.newPage()
  const held = api.rules.always(AGENT, hang('accept'))
  const stranger = await visitGuest({}, tab)
  await stranger.launcher.click()
  await expect.poll(() => held.hits).toBeGreaterThan(0)
  await expect(stranger.log).not.toContainText('Canary-Ann')
  expect(await memories(tab)).not.toContain('"seal"')
})

for (const [name, block] of Object.entries({
  absent: () => Object.defineProperty(window, 'indexedDB', { value: undefined }),
  blocked: () => {
    Object.defineProperty(window, 'indexedDB', {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError')
      },
    })
  },
  'never answering': () => {
    IDBFactory.prototype.open = () => ({}) as IDBOpenDBRequest
  },
})) {
  test(`F16: with IndexedDB ${name} the chat goes on as before`, async ({ page, visitGuest }) => {
    const trouble = watchTrouble(page)
    await page.addInitScript(block)
    const chat = await visitGuest(DEVICE)
    await chat.launcher.click()
    await chat.ask('My name is Canary-Ann')
    await chat.ask('What is my name?')
    await page.reload()
    await chat.launcher.click()
    await expect(chat.log).toContainText('Canary-Ann')
    await chat.ask('echo still-here')
    await expect(chat.answers.last()).toContainText('still-here')
    expect(trouble).toEqual([])
  })
}
