/** What breaks between the page, its token service and Coze. */
import type { RunningDemo } from '../../src/cli/demo/demo-server.ts'
import { duplicateEvents, type Fault, hang, reset, status, truncate } from '../support/fault-proxy.ts'
import { type ChatPage, chatOn, signIn } from './demo-fixture.ts'
import { callsTo, expect, TOKEN_PATH, test, watchTrouble } from './guest-fixture.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

/** What Coze keeps that says so. */
const kept = (demo: RunningDemo, word: string) =>
  demo.simulator.simulator
    .dump()
    .sessions.flatMap(({ conversations }) => conversations)
    .flatMap(({ messages }) => messages)
    .filter(({ text }) => text.includes(word))

/** For users, whose chat may have words already. */
async function say(chat: ChatPage, text: string): Promise<void> {
  await expect(chat.composer).toBeEnabled()
  await chat.composer.fill(text)
  await chat.composer.press('Enter')
  await expect(chat.log.locator('[part=user-message]', { hasText: text }).last()).toBeVisible()
  await expect(chat.log.locator('[part=assistant-message]').last()).toBeVisible()
  await expect(chat.log).toHaveAttribute('aria-busy', 'false')
}

const questions = (demo: RunningDemo, word: string) => kept(demo, word).filter(({ role }) => role === 'user')

test('F11: a question asked offline waits where its visitor sees it, and goes out once on return', async ({
  page,
  context,
  demo,
  api,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.ask('Hello')
  await context.setOffline(true)
  expect(await page.evaluate(() => navigator.onLine)).toBe(false)
  expect(
    await page.evaluate(
      (url) =>
        fetch(url).then(
          () => 'reached',
          () => 'dead',
        ),
      api.url,
    ),
  ).toBe('dead')
  const before = callsTo(api, '/v3/chat').length
  await chat.composer.fill('echo from-the-tunnel')
  await chat.composer.press('Enter')
  await expect(chat.log).toContainText('from-the-tunnel')
  await expect(chat.log).toContainText('Waiting to be sent')
  expect(callsTo(api, '/v3/chat')).toHaveLength(before)
  await context.setOffline(false)
  await expect(chat.answers.last()).toContainText('from-the-tunnel')
  await expect(chat.log).toHaveAttribute('aria-busy', 'false')
  expect(questions(demo, 'from-the-tunnel')).toHaveLength(1)
  expect(trouble).toEqual([])
})

test('F11: a network that is dead while the browser believes it is online: the question is given back, and goes out once when asked again', async ({
  page,
  demo,
  api,
  visitGuest,
}) => {
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.ask('Hello')
  api.rules.always('/v*', reset('accept'))
  expect(await page.evaluate(() => navigator.onLine)).toBe(true)
  await chat.composer.fill('echo lying-network')
  await chat.composer.press('Enter')
  const retry = chat.log.getByRole('button', { name: /again|retry/i })
  await expect(retry).toBeVisible({ timeout: 20_000 })
  expect(questions(demo, 'lying-network')).toHaveLength(0)
  api.rules.clear()
  await retry.click()
  await expect(chat.answers.last()).toContainText('lying-network')
  expect(questions(demo, 'lying-network')).toHaveLength(1)
})

for (const point of ['accept', 'headers', 'half'] as const) {
  test(`F12: a token endpoint that goes silent (${point}) is left after its limit and asked again, and what was typed meanwhile goes out once`, async ({
    page,
    site,
    demo,
    visitGuest,
  }) => {
    const trouble = watchTrouble(page)
    const silent = site.rules.once(`POST ${TOKEN_PATH}`, hang(point))
    const chat = await visitGuest()
    await chat.launcher.click()
    await expect(chat.widget.locator('[part=panel]').first()).toBeVisible()
    await chat.composer.fill(`echo patience-${point}`)
    await chat.composer.press('Enter')
    await expect(chat.answers).toContainText(`patience-${point}`, { timeout: 40_000 })
    expect(questions(demo, `patience-${point}`)).toHaveLength(1)
    expect(silent.hits).toBe(1)
    expect(callsTo(site, TOKEN_PATH).map(({ outcome }) => outcome)).toEqual(['left', 'complete'])
    expect(trouble).toEqual([])
  })
}

test('F39: an answer cut off by the network is shown as interrupted, then completed from Coze’s own list', async ({
  demo,
  api,
  visitGuest,
}) => {
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.ask('Hello')
  const lost = api.rules.always('/v3/chat/retrieve', hang('accept'))
  api.rules.once('POST /v3/chat', truncate({ events: 6 }))
  await chat.composer.fill('/markdown')
  await chat.composer.press('Enter')
  await expect(chat.answers.last()).toContainText(/interrupted|cut off|connection/i)
  lost.remove()
  lost.release()
  await expect(chat.answers.last()).not.toContainText(/interrupted|cut off|connection/i, { timeout: 20_000 })
  await expect(chat.log).toHaveAttribute('aria-busy', 'false')
  const [answer] = kept(demo, '').filter(({ type, text }) => type === 'answer' && text.length > 300)
  const shown = (await chat.answers.last().textContent()) ?? ''
  const words = answer?.text.match(/\p{L}{4,}/gu) ?? []
  expect(words.length).toBeGreaterThan(50)
  // All but the addresses of links.
  expect(words.filter((word) => !shown.includes(word) && !/^(https|example)$/.test(word))).toEqual([])
  expect(callsTo(api, '/v3/chat')).toHaveLength(2)
})

for (const [how, fault] of [
  ['the connection is reset before the answer begins', reset('headers')],
  ['the answer ends before its first event', truncate({ events: 0 })],
] as const) {
  test(`F47: ${how}: the question is at Coze once and answered`, async ({ demo, api, visitGuest }) => {
    const chat = await visitGuest()
    await chat.launcher.click()
    await chat.ask('Hello')
    const word = `once-${how.length}`
    const lost = api.rules.once('POST /v3/chat', fault)
    await chat.composer.fill(`echo ${word}`)
    await chat.composer.press('Enter')
    await expect(chat.answers.last()).toContainText(word, { timeout: 20_000 })
    expect(lost.hits).toBe(1)
    expect(questions(demo, word)).toHaveLength(1)
    await expect(chat.log.locator('[part=user-message]', { hasText: word })).toHaveCount(1)
  })
}

test('F41: every event of an answer comes twice, its end too: the words are shown once, as Coze has them', async ({
  page,
  demo,
  api,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.ask('Hello')
  const repeated = api.rules.always('POST /v3/chat', duplicateEvents(2))
  await chat.ask('echo said-once')
  expect(repeated.hits).toBe(1)
  const [answer] = kept(demo, 'said-once').filter(({ type }) => type === 'answer')
  const shown = (await chat.answers.last().textContent()) ?? ''
  expect(shown.split(answer?.text ?? 'no answer')).toHaveLength(2)
  expect(shown.split('said-once')).toHaveLength(2)
  await expect(chat.answers).toHaveCount(2)
  await expect(chat.log.getByRole('button', { name: /again|retry/i })).toHaveCount(1)
  expect(trouble).toEqual([])
})

for (const [ending, end] of [
  ['with', '\n'],
  ['without', ''],
] as const) {
  test(`F44: a refusal as JSON with status 200, ${ending} a newline at its end, is an error that can be tried again, not an empty answer`, async ({
    demo,
    api,
    visitGuest,
  }) => {
    const chat = await visitGuest()
    await chat.launcher.click()
    await chat.ask('Hello')
    const body = `${JSON.stringify({ code: 5000, msg: 'internal' })}${end}`
    const refused: Fault = { answer: { status: 200, headers: { 'content-type': 'application/json' }, body } }
    const rule = api.rules.always('POST /v3/chat', refused)
    await chat.composer.fill(`echo refused-${ending}`)
    await chat.composer.press('Enter')
    const retry = chat.log.locator('[part=problem]').getByRole('button', { name: /again/i })
    await expect(retry).toBeVisible({ timeout: 20_000 })
    expect(questions(demo, `refused-${ending}`)).toHaveLength(0)
    rule.remove()
    await retry.click()
    await expect(chat.answers.last()).toContainText(`refused-${ending}`)
    expect(questions(demo, `refused-${ending}`)).toHaveLength(1)
  })
}

test('F44: a refusal that comes while the file about problems cannot be loaded can be tried again all the same', async ({
  page,
  demo,
  api,
  visitGuest,
}) => {
  const chat = await visitGuest()
  await page.route(/problems-[^/]+\.js$/, (route) => route.abort())
  await chat.launcher.click()
  await chat.ask('Hello')
  const body = JSON.stringify({ code: 4105, msg: 'refused' })
  const rule = api.rules.always('POST /v3/chat', {
    answer: { status: 200, headers: { 'content-type': 'application/json' }, body },
  })
  await chat.composer.fill('echo nameless')
  await chat.composer.press('Enter')
  const retry = chat.log.getByRole('button', { name: /again/i }).last()
  await expect(retry).toBeVisible()
  rule.remove()
  await retry.click()
  await expect(chat.answers.last()).toContainText('nameless')
  expect(questions(demo, 'nameless')).toHaveLength(1)
})

test('F18: a browser that forgets its storage: a visitor begins anew, a user finds his chat', async ({
  page,
  demo,
  visitGuest,
}) => {
  const forget = () => {
    localStorage.clear()
    sessionStorage.clear()
  }
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.ask('My name is Canary-Visitor')
  await page.evaluate(forget)
  await page.reload()
  await chat.launcher.click()
  await chat.ask('What is my name?')
  await expect(chat.log).not.toContainText('Canary-Visitor')

  await signIn(page, demo, 'Ann')
  await chat.launcher.click()
  await say(chat, 'My name is Canary-User')
  await page.evaluate(forget)
  await page.reload()
  await chat.launcher.click()
  await expect(chat.log).toContainText('Canary-User')
})

test('F20: the cookie is another user’s at the next refresh: the first one’s words go before the other’s come', async ({
  page,
  demo,
  chat,
}) => {
  await signIn(page, demo, 'Ann')
  await chat.launcher.click()
  await say(chat, 'My name is Canary-Ann')
  // Nobody tells the chat.
  await page.evaluate(() =>
    fetch('/shop/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'Bo' }),
    }),
  )
  const changed = page.evaluate(
    () =>
      new Promise<string>((resolve) =>
        // The next picture that anybody sees.
        window.cozeChat?.on('session', () =>
          requestAnimationFrame(() => resolve(document.querySelector('coze-chat')?.shadowRoot?.textContent ?? '')),
        ),
      ),
  )
  demo.simulator.simulator.revoke()
  await chat.composer.fill('echo whose question')
  await chat.composer.press('Enter')
  expect(await changed).not.toContain('Canary-Ann')
  await expect(chat.composer).toBeEnabled()
  await say(chat, 'What is my name, please?')
  await expect(chat.log).not.toContainText('Canary-Ann')
  const names = demo.simulator.simulator
    .dump()
    .sessions.filter(({ conversations }) =>
      conversations.some(({ messages }) => messages.some(({ text }) => text.includes('Canary-Ann'))),
    )
  expect(names).toHaveLength(1)
})

for (const channel of ['BroadcastChannel', 'storage events alone'] as const) {
  test(`F22: a logout in another tab empties this one within a second, by ${channel}`, async ({ context, demo }) => {
    if (channel !== 'BroadcastChannel') {
      await context.addInitScript(() => Reflect.deleteProperty(window, 'BroadcastChannel'))
    }
    const [here, there] = [await context.newPage(), await context.newPage()]
    await signIn(here, demo, 'Ann')
    expect(await here.evaluate(() => 'BroadcastChannel' in window)).toBe(channel === 'BroadcastChannel')
    await chatOn(here, demo).launcher.click()
    await say(chatOn(here, demo), 'My name is Canary-Ann')
    await there.goto(`${demo.url}/shop`)
    await chatOn(there, demo).launcher.click()
    await expect(chatOn(there, demo).log).toContainText('Canary-Ann')
    const emptied = there.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const look = () => {
            const shown = document.querySelector('coze-chat')?.shadowRoot?.textContent ?? ''
            if (shown.includes('Canary-Ann')) setTimeout(look, 10)
            else resolve(Date.now())
          }
          look()
        }),
    )
    const since = await here.evaluate(async () => {
      await fetch('/shop/logout', { method: 'POST', body: '{}' })
      const now = Date.now()
      await window.cozeChat?.logout()
      return now
    })
    expect((await emptied) - since).toBeLessThan(1_000)
  })
}

test('F22: the shop signs out after the chat: the other tab hides within a second, and then asks for a sign-in', async ({
  context,
  demo,
}) => {
  const [here, there] = [await context.newPage(), await context.newPage()]
  await here.route('**/shop/logout', async (route) => {
    await here.waitForTimeout(300)
    await route.continue()
  })
  await signIn(here, demo, 'Ann')
  await chatOn(here, demo).launcher.click()
  await say(chatOn(here, demo), 'My name is Canary-Ann')
  await there.goto(`${demo.url}/shop`)
  await chatOn(there, demo).launcher.click()
  await expect(chatOn(there, demo).log).toContainText('Canary-Ann')
  await here.getByRole('button', { name: 'Sign out' }).click()
  await expect(there.getByText('Canary-Ann').locator('visible=true')).toHaveCount(0, { timeout: 1_000 })
  await expect(there.getByText('Please sign in to this site')).toBeVisible()
  await expect(there.getByText('Canary-Ann')).toHaveCount(0)
})

test('F53: a blocker that drops our requests: a calm sentence, no storm, no popup, and the page goes on', async ({
  page,
  demo,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  const dropped: string[] = []
  await page.route(/\/api\/coze\/token|\/v[13]\//, (route) => {
    dropped.push(route.request().url())
    return route.abort('blockedbyclient')
  })
  const chat = await visitGuest()
  await chat.launcher.click()
  await expect(chat.widget.getByRole('alert')).toBeVisible({ timeout: 20_000 })
  const soFar = dropped.length
  expect(soFar).toBeLessThan(10)
  await page.waitForTimeout(5_000)
  expect(dropped.length - soFar).toBeLessThan(3)
  expect(trouble).toEqual([])
  await chat.widget.getByRole('button', { name: /close/i }).first().click()
  await expect(page.getByRole('heading', { name: 'A page of its own' })).toBeVisible()
  expect(demo.url).toBeTruthy()
})

test('F53: a blocker that drops the rest of our files: the launcher says so and can be tried again', async ({
  page,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  await page.route('**/dist/chat-*.js', (route) => route.abort('blockedbyclient'))
  const chat = await visitGuest()
  await chat.launcher.click()
  const retry = chat.widget.getByRole('button', { name: /did not load/i })
  await expect(retry).toBeVisible()
  await page.unroute('**/dist/chat-*.js')
  await retry.click()
  await expect(chat.composer).toBeEnabled()
  await chat.ask('Hello')
  expect(trouble).toEqual([])
})

test('F45: a token that Coze refuses twice ends in a sentence and a button, not in a loop', async ({
  page,
  api,
  site,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  api.rules.always('/v*', status(401, { code: 4100, msg: 'authentication is invalid' }))
  const chat = await visitGuest()
  await chat.launcher.click()
  await expect(chat.widget.getByRole('alert')).toBeVisible()
  const asked = callsTo(site, TOKEN_PATH).length
  expect(asked).toBeLessThanOrEqual(3)
  await page.waitForTimeout(3_000)
  expect(callsTo(site, TOKEN_PATH)).toHaveLength(asked)
  api.rules.clear()
  await chat.widget.getByRole('alert').getByRole('button').click()
  await expect(chat.composer).toBeEnabled()
  expect(trouble).toEqual([])
})
