/** A visitor deletes all there is of them: at Coze, and in the browser. */
import type { Page } from '@playwright/test'
import { violationsOn } from './axe.ts'
import type { ChatPage } from './demo-fixture.ts'
import { everythingOn } from './everything-on.ts'
import { expect, test, watchTrouble } from './guest-fixture.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

const DEVICE = { tag: { session: 'device' } }

/** Three conversations, of which the last one is long enough to be kept in the browser. */
async function talk(chat: ChatPage): Promise<void> {
  await chat.launcher.click()
  for (const name of ['One', 'Two', 'Three']) {
    await chat.ask(`echo Canary-${name}`)
    await chat.ask('Hello')
    if (name === 'Three') break
    await chat.widget.getByRole('button', { name: 'New conversation' }).click()
    await expect(chat.answers).toHaveCount(0)
  }
}

async function openDeletion(chat: ChatPage): Promise<void> {
  await chat.widget.getByRole('button', { name: 'Conversations' }).click()
  await chat.widget.getByRole('button', { name: 'Delete my conversations' }).click()
}

const sessionId = (page: Page) => page.evaluate(() => window.cozeChat?.state.session?.sessionId)

test('all of it goes, page by page, at Coze and here, and a new visitor begins', async ({ page, demo, visitGuest }) => {
  const trouble = watchTrouble(page)
  const { simulator } = demo.simulator
  const held = () => JSON.stringify(simulator.dump().sessions)
  const chat = await visitGuest(DEVICE)
  await talk(chat)
  await chat.composer.fill('Canary-draft')
  await expect.poll(() => page.evaluate(everythingOn)).toContain('"seal')
  expect(held()).toContain('Canary-Two')
  const before = await sessionId(page)

  await openDeletion(chat)
  await expect(chat.widget.getByText('This cannot be undone')).toBeVisible()
  // The nearer button is the one that deletes nothing.
  await expect(chat.widget.getByRole('button', { name: 'Cancel' })).toBeFocused()
  expect(await violationsOn(page, 'coze-chat')).toEqual([])
  await chat.widget.getByRole('button', { name: 'Delete all' }).click()
  await expect(chat.widget.getByRole('status').filter({ hasText: 'have been deleted' })).toBeVisible()
  await expect(chat.composer).toBeFocused()

  expect(held()).not.toContain('Canary')
  expect(simulator.dump().sessions.flatMap(({ conversations }) => conversations)).toEqual([])
  await expect.poll(() => sessionId(page)).not.toBe(before)
  const left = await page.evaluate(everythingOn)
  expect(left).not.toContain('Canary')
  expect(left).not.toContain(before)
  expect(left).not.toContain('"sealed"')
  await chat.ask('Hello')
  await expect(chat.widget.getByText('have been deleted')).toHaveCount(0)
  await page.reload()
  await chat.launcher.click()
  await expect(chat.answers).toHaveCount(1)
  expect(trouble).toEqual([])
})

test('what cannot be deleted is told, nothing is forgotten here, and trying again deletes the rest', async ({
  page,
  api,
  demo,
  visitGuest,
}) => {
  const chat = await visitGuest(DEVICE)
  await talk(chat)
  const before = await sessionId(page)
  const refusal = api.rules.always('DELETE /v1/conversations/*', {
    answer: { status: 500, body: '{"code":5000,"msg":"x"}' },
  })
  await openDeletion(chat)
  await chat.widget.getByRole('button', { name: 'Delete all' }).click()
  await expect(chat.widget.getByRole('alert').filter({ hasText: 'Still there: 3' })).toBeVisible()
  expect(await sessionId(page)).toBe(before)
  refusal.remove()
  const list = api.rules.always('GET /v1/conversations', { answer: { status: 500, body: '{"code":5000,"msg":"x"}' } })
  await chat.widget.getByRole('button', { name: 'Try again' }).click()
  await expect(chat.widget.getByRole('alert').filter({ hasText: 'could not be deleted' })).toBeVisible()
  list.remove()
  await chat.widget.getByRole('button', { name: 'Try again' }).click()
  await expect(chat.widget.getByText('have been deleted')).toBeVisible()
  expect(demo.simulator.simulator.dump().sessions.flatMap(({ conversations }) => conversations)).toEqual([])
})

test('a user stays signed in, and begins anew', async ({ page, site, demo, visitGuest }) => {
  await page.request.post(`${site.url}/shop/login`, { data: { user: 'Ann' } })
  const chat = await visitGuest()
  await talk(chat)
  await openDeletion(chat)
  await chat.widget.getByRole('button', { name: 'Delete all' }).click()
  await expect(chat.widget.getByText('have been deleted')).toBeVisible()
  await expect.poll(() => page.evaluate(() => window.cozeChat?.state.session?.kind)).toBe('user')
  expect(JSON.stringify(demo.simulator.simulator.dump().sessions)).not.toContain('Canary')
  expect(await page.evaluate(everythingOn)).not.toContain('Canary')
})

test('with consent on, it is asked for again, and the visitor reads that all is deleted', async ({
  page,
  demo,
  visitGuest,
}) => {
  const chat = await visitGuest({ tag: { ...DEVICE.tag, consent: 'Do you agree?' } })
  await chat.launcher.click()
  await chat.widget.getByRole('button', { name: 'Agree' }).click()
  await chat.ask('echo Canary-One')
  await openDeletion(chat)
  await chat.widget.getByRole('button', { name: 'Delete all' }).click()
  await expect(chat.widget.getByRole('button', { name: 'Agree' })).toBeVisible()
  await expect(chat.widget.locator('[part=before]').getByRole('status')).toHaveText(/have been deleted/)
  expect(JSON.stringify(demo.simulator.simulator.dump().sessions)).not.toContain('Canary')
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0])
})
