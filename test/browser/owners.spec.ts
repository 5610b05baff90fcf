/** What a site's owner sets, as its visitors meet it. */
import type { Page } from '@playwright/test'
import { status } from '../support/fault-proxy.ts'
import { violationsOn } from './axe.ts'
import { expect, test } from './guest-fixture.ts'
import { motionEnded } from './states.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

type Heard = { type: string; detail: Record<string, unknown> }

/** Everything that `on('*')` hears from now on. */
async function listen(page: Page): Promise<() => Promise<Heard[]>> {
  await page.waitForFunction(() => window.cozeChat)
  await page.evaluate(() => {
    const heard: unknown[] = []
    Object.assign(window, { heard })
    window.cozeChat?.on('*', (event) => heard.push(event))
  })
  return () => page.evaluate(() => (window as unknown as { heard: Heard[] }).heard)
}

const options = (text: string) => `<script>window.cozeChatOptions = ${text}</script>`

test('features that are off are not there, and of a tool visitors read the name alone', async ({ visitGuest }) => {
  const chat = await visitGuest({ tag: { features: '-upload -voice -conversations -feedback -regenerate -edit' } })
  await chat.launcher.click()
  await chat.ask('/tool')
  await expect(chat.log.locator('.aside')).toHaveText('Used a tool Orders')
  await expect(chat.log.locator('summary')).toHaveCount(0)
  const names = await chat.widget.getByRole('button').evaluateAll((all) => all.flatMap((one) => one.ariaLabel ?? []))
  expect(names.sort()).toEqual([
    ...['Chat', 'Close chat', 'Copy', 'Larger window', 'More options', 'New conversation', 'Read aloud', 'Send'],
    'Shortcuts',
  ])
})

test('without its header a window has one more line, and on a phone the close button stays', async ({
  page,
  visitGuest,
}) => {
  const chat = await visitGuest({ tag: { features: '-header' } })
  await chat.launcher.click()
  await expect(chat.log).toBeVisible()
  await expect(chat.widget.locator('.header')).toBeHidden()
  await page.setViewportSize({ width: 390, height: 800 })
  await chat.widget.getByRole('button', { name: 'Close chat' }).click()
  await expect(chat.log).toBeHidden()
})

test('the way to a person is at the top and beside a used-up quota, and its press is told', async ({
  page,
  visitGuest,
}) => {
  const chat = await visitGuest({ tag: { handoff: 'Talk to us | #contact' } })
  const heard = await listen(page)
  await chat.launcher.click()
  await expect(chat.widget.locator('.header').getByRole('link', { name: 'Talk to us' })).toBeVisible()
  await chat.composer.fill('/error 4008')
  await chat.composer.press('Enter')
  const beside = chat.log.getByRole('link', { name: 'Talk to us' })
  await beside.waitFor()
  await motionEnded(page)
  expect(await violationsOn(page, 'coze-chat')).toEqual([])
  const [tab] = await Promise.all([page.waitForEvent('popup'), beside.click()])
  expect(new URL(tab.url()).hash).toBe('#contact')
  expect((await heard()).filter(({ type }) => type === 'handoff')).toEqual([
    { type: 'handoff', detail: { from: 'problem', code: 'quota_exceeded' } },
  ])
})

test('where the way to a person takes its place at the top, a new conversation begins from the menu, and the title is read whole', async ({
  visitGuest,
}) => {
  const chat = await visitGuest({
    tag: { handoff: 'Talk to us | #contact', title: 'Harbour Coffee', subtitle: 'We answer at once' },
  })
  await chat.launcher.click()
  await chat.ask('Hello')
  await expect(chat.widget.locator('.header .handoff')).toBeVisible()
  for (const words of ['h2', 'p']) {
    const cut = await chat.widget.locator(`.titles ${words}`).evaluate((line) => line.scrollWidth - line.clientWidth)
    expect(cut, words).toBe(0)
  }
  await expect(chat.widget.getByRole('button', { name: 'New conversation' })).toBeHidden()
  await chat.widget.getByRole('button', { name: 'More options' }).click()
  await chat.widget.getByRole('menuitem', { name: 'New conversation' }).click()
  await expect(chat.answers).toHaveCount(0)
})

test('what keeps everybody from chatting stands in the middle, below the owner’s title, with a way to a person', async ({
  site,
  visitGuest,
}) => {
  site.rules.always('POST /api/coze/token', status(404, ''))
  const chat = await visitGuest({ tag: { handoff: 'Talk to us | #contact', title: 'Harbour Coffee' } })
  await chat.launcher.click()
  const words = chat.widget.getByText('Chat isn’t available right now')
  await words.waitFor()
  await expect(chat.widget.getByRole('heading', { name: 'Harbour Coffee' })).toBeVisible()
  await expect(chat.widget.getByRole('link', { name: 'Talk to us' })).toBeFocused()
  await expect(chat.composer).toBeHidden()
  const [panel, notice] = [await chat.widget.locator('section.panel').boundingBox(), await words.boundingBox()]
  const middle = (box: typeof panel) => [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2]
  const [across = 0, down = 0] = middle(panel)
  const [x = 0, y = 0] = middle(notice)
  expect(Math.abs(x - across)).toBeLessThan(4)
  expect(Math.abs(y - down)).toBeLessThan(60)
})

test('where somebody has to sign in there is a button, and after it the chat goes on', async ({ page, visitGuest }) => {
  const chat = await visitGuest({
    tag: { user: 'required', 'sign-in-url': '/login?next={url}' },
    head: options(`{ onSignIn: () => fetch('/shop/login', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user: 'Ann' }) }) }`),
  })
  await chat.launcher.click()
  const signIn = chat.widget.getByRole('button', { name: 'Sign in' })
  await signIn.waitFor()
  await motionEnded(page)
  expect(await violationsOn(page, 'coze-chat')).toEqual([])
  await signIn.click()
  await expect(chat.widget.getByRole('alert')).toHaveCount(0)
  await chat.ask('Hello')
})

test('one listener hears of the visitor, and only a message holds their words', async ({ page, visitGuest }) => {
  const chat = await visitGuest({
    head: options(
      `{ suggestions: ['Opening hours', { label: 'My order', icon: '📦', prompt: 'Where is my order 4711?' }] }`,
    ),
  })
  const heard = await listen(page)
  await chat.launcher.click()
  await chat.widget.getByRole('button', { name: /My order/ }).click()
  await expect(chat.answers).toHaveCount(1)
  await expect(chat.log).toHaveAttribute('aria-busy', 'false')
  await chat.widget.getByRole('button', { name: 'Good answer' }).click()
  await chat.widget.getByRole('button', { name: 'New conversation' }).click()
  const events = (await heard()).filter(({ type }) => !['session', 'token', 'open'].includes(type))
  expect(events.map(({ type }) => type)).toEqual([
    'suggestion',
    'message',
    'conversation',
    'message',
    'feedback',
    'conversation',
  ])
  expect(events[1]?.detail).toEqual({ role: 'user', text: 'Where is my order 4711?' })
  expect(events[2]?.detail).toMatchObject({ action: 'begin', id: expect.stringMatching(/^\d+$/) })
  expect(JSON.stringify(events.filter(({ type }) => type !== 'message'))).not.toContain('4711')
})

test('a title in several languages is the same from the first frame on', async ({ page, visitGuest }) => {
  const chat = await visitGuest({
    head: options(
      `{ lang: 'zh-HK', title: { zh: '海港咖啡', 'zh-Hant': '海港咖啡店', en: 'Harbour' }, subtitle: { en: 'E', zh: '您好' } }`,
    ),
  })
  await chat.launcher.waitFor()
  await page.evaluate(() => {
    const names: string[] = []
    Object.assign(window, { names })
    const root = document.querySelector('coze-chat')?.shadowRoot
    if (!root) return
    new MutationObserver(() => {
      const name = root.querySelector('h2')?.textContent
      if (name && names.at(-1) !== name) names.push(name)
    }).observe(root, { subtree: true, childList: true, characterData: true })
  })
  await chat.launcher.click()
  await expect(chat.widget.locator('.titles p')).toHaveText('您好')
  expect(await page.evaluate(() => (window as unknown as { names: string[] }).names)).toEqual(['海港咖啡店'])
})

test('a dark cover has white words, and the agent’s picture lies faintly behind the conversation', async ({
  page,
  visitGuest,
}) => {
  const chat = await visitGuest({
    tag: { background: 'agent', subtitle: 'We answer at once' },
    head: '<style>coze-chat { --coze-chat-cover: #3d2111; --coze-chat-radius: 4px }</style>',
  })
  await chat.launcher.click()
  const picture = chat.widget.locator('.backdrop')
  await expect(picture).toBeVisible()
  await expect(picture).toHaveCSS('opacity', '0.1')
  await expect(chat.widget.locator('.frame')).toHaveCSS('border-radius', '4px')
  for (const part of ['.titles h2', '.titles p', '.header .icon-button']) {
    const colour = await chat.widget
      .locator(part)
      .first()
      .evaluate((node) => getComputedStyle(node).color)
    // White, however the browser writes a colour that it computed.
    expect(colour, part).toMatch(/^(rgb\(255, 255, 255\)|color\(xyz(-d65)? 0\.95\d* 1 1\.08\d*\))$/)
  }
  await chat.ask('Hello')
  await motionEnded(page)
  expect(await violationsOn(page, 'coze-chat')).toEqual([])
})

/** What the look of an open chat has come to. */
const lookOf = (page: Page) =>
  page.evaluate(() => {
    const root = document.querySelector('coze-chat')?.shadowRoot
    const styleOf = (selector: string) => {
      const element = root?.querySelector(selector)
      return element ? getComputedStyle(element) : undefined
    }
    return {
      frame: styleOf('.frame')?.borderTopLeftRadius,
      bubble: styleOf('[part=user-message]')?.borderTopLeftRadius,
      between: styleOf('.user')?.paddingBottom,
      font: styleOf('.panel')?.fontFamily,
      accent: styleOf('.launcher')?.backgroundColor,
    }
  })
type Look = Awaited<ReturnType<typeof lookOf>>

const PLAIN: Look = {
  frame: '16px',
  bubble: '16px',
  between: '20px',
  font: 'system-ui, "PingFang SC", "Microsoft YaHei", sans-serif',
  accent: 'rgb(77, 83, 232)',
}
/** Attributes of the tag, style sheet of the page, and what differs from a chat without either. */
const LOOKS: readonly [tag: Record<string, string>, sheet: string, differs: Partial<Look>][] = [
  [{}, '', {}],
  [{ radius: '4' }, '', { frame: '4px', bubble: '4px' }],
  [{ radius: '0' }, '', { frame: '0px', bubble: '0px' }],
  [{ density: 'compact' }, '', { between: '14px' }],
  [{ density: 'comfortable' }, '', {}],
  [{ font: 'Georgia, serif' }, '', { font: 'Georgia, serif' }],
  [{ font: 'var(--site)' }, ':root { --site: "Site Font" }', { font: '"Site Font"' }],
  [{ radius: '4' }, 'coze-chat { --coze-chat-radius: 9px }', { frame: '9px', bubble: '4px' }],
  [{ radius: '4' }, 'coze-chat { --coze-chat-bubble-radius: 9px }', { frame: '4px', bubble: '9px' }],
  [{ density: 'compact' }, 'coze-chat { --coze-chat-density: 0.5 }', { between: '10px' }],
  [{ font: 'Georgia' }, 'coze-chat { --coze-chat-font: Arial }', { font: 'Arial' }],
  [{ accent: 'red' }, '', { accent: 'rgb(255, 0, 0)' }],
  [{ accent: 'red' }, 'coze-chat { --coze-chat-accent: blue }', { accent: 'rgb(0, 0, 255)' }],
]
for (const [tag, sheet, differs] of LOOKS) {
  test(`the look of ${JSON.stringify(tag)} with "${sheet}" is ${JSON.stringify(differs)}`, async ({
    page,
    visitGuest,
  }) => {
    const chat = await visitGuest({ tag, head: `<style>${sheet}</style>` })
    await chat.launcher.click()
    await chat.ask('Hello')
    expect(await lookOf(page)).toEqual({ ...PLAIN, ...differs })
  })
}

test('F111: what a page writes for ::part(panel) is drawn once, around the whole window and behind all of it', async ({
  page,
  visitGuest,
}) => {
  const chat = await visitGuest({
    head: '<style>coze-chat::part(panel) { border: 3px solid; background: rgb(1, 2, 3) }</style>',
  })
  await chat.launcher.click()
  await chat.ask('Hello')
  const boxes = await page.evaluate(() => {
    const boxes = [...(document.querySelector('coze-chat')?.shadowRoot?.querySelectorAll('.frame, .panel') ?? [])]
    return boxes.map((box) => {
      const { borderTopWidth, backgroundColor } = getComputedStyle(box)
      return [borderTopWidth, backgroundColor]
    })
  })
  expect(boxes).toEqual([
    ['3px', 'rgb(1, 2, 3)'],
    ['0px', 'rgb(1, 2, 3)'],
  ])
})

test('radius, density and font follow their options while the chat is open, and the page’s own property stays', async ({
  page,
  visitGuest,
}) => {
  const chat = await visitGuest({ tag: { radius: '4' } })
  await chat.launcher.click()
  await chat.ask('Hello')
  const set = async (options: Record<string, unknown>) => {
    await page.evaluate((given) => window.cozeChat?.setOptions(given), options)
    return lookOf(page)
  }
  const changed = { ...PLAIN, frame: '8px', bubble: '8px', between: '14px', font: 'Georgia' }
  expect(await set({ radius: 8, density: 'compact', font: 'Georgia' })).toEqual(changed)
  await chat.widget.evaluate((element) => {
    element.style.setProperty('--coze-chat-radius', '2px')
    element.style.setProperty('--coze-chat-accent', 'blue')
  })
  const own = { ...PLAIN, frame: '2px', accent: 'rgb(0, 0, 255)' }
  expect(await set({ radius: null, density: null, font: null })).toEqual(own)
})

for (const [tag, message] of [
  [{ radius: '8px' }, 'radius (data-radius) must be a number of pixels from 0 to 32.'],
  [{ density: 'cozy' }, 'density (data-density) must be one of "comfortable", "compact".'],
  ...['16px Inter', 'inherit', 'Inter;', 'Inter,', ''].map(
    (font) => [{ font }, 'font (data-font) must be a font-family as in CSS, such as "Inter, sans-serif".'] as const,
  ),
] as const) {
  test(`${JSON.stringify(tag)} is told in the console with the cure, and the chat goes on`, async ({
    page,
    visitGuest,
  }) => {
    const chat = await visitGuest({ tag })
    const [told] = await Promise.all([
      page.waitForEvent('console', (one) => one.type() === 'warning' && one.text().includes('invalid_options')),
      chat.launcher.click(),
    ])
    expect(told.text()).toContain(message)
    await expect(chat.composer).toBeEnabled()
  })
}

test('an answer to a closed chat is told on the desktop after the visitor has switched that on in the menu', async ({
  page,
  context,
  visitGuest,
}) => {
  await context.grantPermissions(['notifications'])
  await page.addInitScript(() => {
    const told: unknown[] = []
    class Recorded {
      static permission = 'default'
      static async requestPermission() {
        Recorded.permission = 'granted'
        return 'granted'
      }
      onclick?: () => void
      constructor(title: string, { body }: { body: string }) {
        told.push([title, body])
        Object.assign(window, { press: () => this.onclick?.() })
      }
      close() {}
    }
    Object.assign(window, { Notification: Recorded, told })
  })
  const told = () => page.evaluate(() => (window as unknown as { told: unknown[] }).told)
  const chat = await visitGuest({ tag: { notify: 'both' } })
  await chat.launcher.click()
  await chat.ask('Hello')
  await chat.widget.getByRole('button', { name: 'More options' }).click()
  const bell = chat.widget.getByRole('menuitemcheckbox', { name: 'Notify me of new answers' })
  await expect(bell).not.toBeChecked()
  await page.keyboard.press('Enter')
  await expect(bell).toBeChecked()
  await expect(bell).toBeFocused()
  await page.keyboard.press('Escape')
  expect(await told()).toEqual([])
  await page.evaluate(() => window.cozeChat?.close())
  await page.evaluate(() => window.cozeChat?.send('And now?'))
  expect(await told()).toEqual([['Mocha', 'New messages']])
  await page.evaluate(() => (window as unknown as { press(): void }).press())
  await expect(chat.composer).toBeVisible()
})
