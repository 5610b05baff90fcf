/** Whose chat it is: planted tickets, forged messages, logout in every situation, in real pages. */
import type { Page } from '@playwright/test'
import type { RunningDemo } from '../../src/cli/demo/demo-server.ts'
import { type FaultProxy, hang, status, truncate } from '../support/fault-proxy.ts'
import { type ChatPage, chatOn, signIn } from './demo-fixture.ts'
import { everythingOn } from './everything-on.ts'
import { callsTo, expect, TOKEN_PATH, test, watchTrouble } from './guest-fixture.ts'
import { guestHtml, serveGuest } from './guest-page.ts'

test.use({ demoOptions: { tokenTtlSeconds: 900, knobs: { pieceDelayMs: 0 } } })

const sessionWith = (demo: RunningDemo, word: string) =>
  demo.simulator.simulator
    .dump()
    .sessions.filter(({ conversations }) =>
      conversations.some(({ messages }) => messages.some(({ text }) => text.includes(word))),
    )
    .map(({ sessionName }) => sessionName)

test('T6: a ticket planted by address, name, message or storage is worth nothing once the victim has signed in', async ({
  page,
  demo,
  site,
  api,
  browser,
}) => {
  const attackers = await browser.newPage()
  await attackers.goto(serveGuest(site, '/attacker', guestHtml(api.url)))
  const attacker = chatOn(attackers, demo)
  await attacker.launcher.click()
  await attacker.ask('echo attackers-words')
  const ticket = await attackers.evaluate(() => sessionStorage.getItem('coze_session_id') ?? '')
  expect(ticket).toMatch(/^v1\./)
  await attackers.close()

  // No way but the tab's own storage leads in.
  await page.addInitScript((planted) => {
    window.name = planted
    // biome-ignore lint/suspicious/noDocumentCookie: what an attacker would write
    document.cookie = `coze_session_id=${planted}`
    localStorage.setItem('coze_session_id', planted)
    addEventListener('load', () => {
      for (const key of ['session_id', 'coze_session_id']) postMessage({ type: 'session', [key]: planted }, '*')
      new BroadcastChannel('coze-chat:/api/coze/token').postMessage({ type: 'session', session_id: planted })
    })
  }, ticket)
  const chat = chatOn(page, demo)
  const before = callsTo(site, TOKEN_PATH).length
  const address = serveGuest(site, '/victim', guestHtml(api.url))
  await page.goto(`${address}?session_id=${ticket}&coze_session_id=${ticket}#session_id=${ticket}`)
  await chat.launcher.click()
  await chat.ask('echo visitors-words')
  expect(
    callsTo(site, TOKEN_PATH)
      .slice(before)
      .filter(({ body }) => body.includes(ticket)),
  ).toEqual([])
  const [attackersName] = sessionWith(demo, 'attackers-words')
  expect(sessionWith(demo, 'visitors-words')).not.toContain(attackersName)

  // A copy of the attacker's own tab, on a machine that both have used.
  await page.goto(`${site.url}/shop`)
  await page.evaluate((planted) => sessionStorage.setItem('coze_session_id', planted), ticket)
  await signIn(page, site, 'Ann')
  await chat.launcher.click()
  await chat.ask('echo anns-words')
  const [name] = sessionWith(demo, 'anns-words')
  expect(name).toMatch(/^u1_/)
  expect(sessionWith(demo, 'attackers-words')).toEqual([attackersName])
  expect(await page.evaluate(() => Object.values({ ...sessionStorage }).join())).not.toContain(ticket)
})

test('T22: forged messages of every kind change nobody, and cost three questions in fifteen seconds at most', async ({
  page,
  context,
  demo,
  site,
}) => {
  const trouble = watchTrouble(page)
  await signIn(page, site, 'Ann')
  const chat = chatOn(page, demo)
  await chat.launcher.click()
  await chat.ask('My name is Ann')
  const session = await page.evaluate(() => window.cozeChat?.state.session)
  const before = callsTo(site, TOKEN_PATH).length
  const hostile = await context.newPage()
  await hostile.goto(`${site.url}/demo/demo.css`)
  await hostile.evaluate(async (subject) => {
    const messages = [
      null,
      'text',
      [],
      { type: 'ended', subject: 's_somebody' },
      { type: 'token', subject, kind: 'user', access_token: 'czs_forged', expires_in: 9e9, at: Date.now() },
      { type: 'token', subject, kind: 'anonymous', access_token: 'czs_forged', expires_in: 900, at: Date.now() },
      { type: 'session', subject: 's_somebody', kind: 'user', session_id: 'v1.k1.x' },
      { type: 'ended', subject },
    ]
    const name = 'coze-chat:/api/coze/token'
    const channel = new BroadcastChannel(name)
    for (let i = 0; i < 30; i++) {
      for (const message of messages) {
        channel.postMessage(message)
        localStorage.setItem(name, JSON.stringify(message))
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }, session?.subject)
  await page.evaluate(() => {
    for (const type of ['ended', 'token', 'session', 'coze-chat:session']) {
      postMessage({ type, subject: 's_somebody', session_id: 'v1.k1.x', access_token: 'czs_forged' }, '*')
    }
  })
  await expect(chat.composer).toBeVisible()
  expect(await page.evaluate(() => window.cozeChat?.state.session)).toEqual(session)
  // Three seconds of it.
  expect(callsTo(site, TOKEN_PATH).length - before).toBeLessThanOrEqual(3)
  await chat.ask('What is my name?')
  await expect(chat.answers.last()).toContainText('Ann')
  expect(trouble).toEqual([])
})

test('F23: nothing of an answer is written after the logout that came in the middle of it', async ({
  page,
  demo,
  site,
}) => {
  demo.simulator.simulator.setKnobs({ pieceDelayMs: 30 })
  await signIn(page, site, 'Ann')
  const chat = chatOn(page, demo)
  await chat.launcher.click()
  // The shop tells the chat of the sign-in when the chat's script has come, and what was asked before that is not Ann's.
  await expect.poll(() => page.evaluate(() => window.cozeChat?.state.session?.kind)).toBe('user')
  await chat.composer.fill('/long 4000')
  await chat.composer.press('Enter')
  await expect(chat.log).toHaveAttribute('aria-busy', 'true')
  await expect.poll(async () => (await chat.answers.last().textContent())?.length ?? 0).toBeGreaterThan(200)
  const writing = () => demo.simulator.simulator.requests.filter(({ path }) => path === '/v3/chat').length
  const asked = writing()
  const words = ((await chat.answers.last().textContent()) ?? '').match(/\p{L}{6,}/gu) ?? []
  expect(words.length).toBeGreaterThan(5)
  await page.evaluate(() => {
    const seen: string[] = []
    Object.assign(window, { seen })
    void window.cozeChat?.logout().then(() =>
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          const log = document.querySelector('coze-chat')?.shadowRoot?.querySelector('[role=log]')
          seen.push(log?.textContent ?? '')
          if (log)
            new MutationObserver(() => seen.push(log.textContent ?? '')).observe(log, {
              subtree: true,
              childList: true,
              characterData: true,
            })
        }),
      ),
    )
  })
  // The server would still be writing the old answer: a whole one of the next visitor's comes meanwhile.
  await chat.ask('Good morning')
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen)
  expect(seen.length).toBeGreaterThan(0)
  // What every visitor is greeted with may share a word with the answer; no stretch of it.
  const stretch = words.slice(2, 5).join(' ')
  expect(seen.filter((text) => text.includes('/long 4000') || text.includes(stretch))).toEqual([])
  expect(writing()).toBe(asked + 1)
})

const CANARY = 'Canary-Ann'

/** All strings that live in the page's memory, those that only closures hold too. */
async function memoryOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page)
  const chunks: string[] = []
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.takeHeapSnapshot')
  await session.detach()
  return chunks.join('')
}

interface Scene {
  page: Page
  chat: ChatPage
  demo: RunningDemo
  api: FaultProxy
}

/** By the keyboard, so that the driver's own scripts hold nothing of it. */
async function type(page: Page, chat: ChatPage, text: string): Promise<void> {
  await chat.composer.focus()
  await page.keyboard.insertText(text)
}

async function ask(scene: Scene, text = `My name is ${CANARY}, I am 30`): Promise<void> {
  const before = await scene.chat.answers.count()
  await type(scene.page, scene.chat, text)
  await scene.page.keyboard.press('Enter')
  await expect.poll(() => scene.chat.answers.count()).toBeGreaterThan(before)
  await expect(scene.chat.log).toHaveAttribute('aria-busy', 'false')
}

const SITUATIONS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  'after a talk': ask,
  'while an answer streams': async (scene) => {
    scene.demo.simulator.simulator.setKnobs({ pieceDelayMs: 400 })
    await type(scene.page, scene.chat, `My name is ${CANARY}, I am 30`)
    await scene.page.keyboard.press('Enter')
    await expect(scene.chat.answers).toHaveCount(1)
  },
  'before the first byte of an answer': async ({ page, chat, api }) => {
    api.rules.once('POST /v3/chat', hang('accept'))
    await type(page, chat, `My name is ${CANARY}`)
    await page.keyboard.press('Enter')
    await expect(chat.log.locator('[part=user-message]')).toBeVisible()
  },
  'with a draft': (scene) => type(scene.page, scene.chat, `My name is ${CANARY}`),
  'with a question that waits offline': async (scene) => {
    await ask(scene)
    await scene.page.context().setOffline(true)
    await type(scene.page, scene.chat, `What do you know of ${CANARY}?`)
    await scene.page.keyboard.press('Enter')
    await expect(scene.chat.log.locator('[part=user-message]')).toHaveCount(2)
    await scene.page.context().setOffline(false)
  },
  'with a question that failed': async ({ page, chat, api }) => {
    api.rules.always('POST /v3/chat', status(500))
    await type(page, chat, `My name is ${CANARY}`)
    await page.keyboard.press('Enter')
    await expect(chat.log.getByRole('button', { name: /again/i })).toBeVisible({ timeout: 20_000 })
  },
  'with an answer that was cut off': async ({ page, chat, api }) => {
    api.rules.always('/v3/chat/retrieve', hang('accept'))
    api.rules.once('POST /v3/chat', truncate({ events: 4 }))
    await type(page, chat, `My name is ${CANARY}`)
    await page.keyboard.press('Enter')
    await expect(chat.answers.last()).toContainText(/interrupted|cut off|connection/i)
  },
  'with the list of conversations open': async (scene) => {
    await ask(scene)
    await scene.chat.widget.getByRole('button', { name: 'Conversations' }).click()
    await expect(scene.chat.widget.getByRole('listitem').first()).toBeVisible()
  },
  'while the panel is closed': async (scene) => {
    await ask(scene)
    await scene.chat.widget.getByRole('button', { name: /close/i }).first().click()
  },
  'while the history is being read': async (scene) => {
    await ask(scene)
    scene.api.rules.always('/v1/conversation/message/list', hang('half'))
    await scene.page.reload()
    await scene.chat.launcher.click()
    await expect.poll(() => callsTo(scene.api, '/v1/conversation/message/list').length).toBeGreaterThan(0)
    await type(scene.page, scene.chat, `My name is ${CANARY}`)
  },
}

for (const [situation, enter] of Object.entries(SITUATIONS)) {
  test(`F24, T20: logged out ${situation}: a word of A is nowhere in the page, its storage or its memory`, async ({
    page,
    demo,
    site,
    api,
  }) => {
    const trouble = watchTrouble(page)
    const chat = chatOn(page, demo)
    site.rules.always('GET /shop-by-proxy', {
      answer: { status: 200, headers: { 'content-type': 'text/html' }, body: guestHtml(api.url) },
    })
    await signIn(page, site, 'Ann')
    await page.goto(`${site.url}/shop-by-proxy`)
    await chat.launcher.click()
    await expect(chat.composer).toBeVisible()
    await enter({ page, chat, demo, api })
    expect((await page.evaluate(everythingOn)).split(CANARY).length).toBeGreaterThan(1)
    expect(await memoryOf(page)).toContain(CANARY)

    await page.evaluate(async () => {
      await window.cozeChat?.logout()
      await fetch('/shop/logout', { method: 'POST', body: '{}' })
    })
    await expect.poll(() => page.evaluate(everythingOn)).not.toContain(CANARY)
    api.rules.clear()
    demo.simulator.simulator.setKnobs({ pieceDelayMs: 0 })
    // What is late for her comes before the answer to whoever is next.
    await page.evaluate(() => window.cozeChat?.open())
    await chat.ask('Good morning')
    expect(await page.evaluate(everythingOn)).not.toContain(CANARY)
    await expect.poll(() => memoryOf(page).then((text) => text.split(CANARY).length - 1)).toBe(0)
    expect(trouble).toEqual([])
  })
}
