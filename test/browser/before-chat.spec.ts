/** A form and opening hours before the chat: what they ask, where the answers go, and who can fill them in. */
import type { Page } from '@playwright/test'
import type { ChatWidgetOptions } from '../../src/options/widget-options.ts'
import { violationsOn } from './axe.ts'
import { everythingOn } from './everything-on.ts'
import { callsTo, expect, test } from './guest-fixture.ts'
import { motionEnded } from './states.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

const FORM: ChatWidgetOptions['form'] = [
  { name: 'name', label: { en: 'Your name', zh: '您的姓名' }, required: true },
  { name: 'email', type: 'email', label: 'E-mail', required: true },
  {
    name: 'topic',
    type: 'select',
    label: 'Topic',
    required: true,
    choices: [{ value: 'order', label: { en: 'My order', zh: '我的订单' } }, { value: 'other' }],
  },
  { name: 'note', type: 'textarea', label: 'Anything else' },
  { name: 'news', type: 'checkbox', label: 'I have read the [terms](/terms)', required: true },
]

const page = (options: ChatWidgetOptions, tag: Record<string, string> = {}) => ({
  tag,
  head: `<script>window.cozeChatOptions = ${JSON.stringify(options)}</script>`,
})

const variables = (body: string) => (JSON.parse(body) as { custom_variables?: unknown }).custom_variables

test('a form is asked once a visit, tells in words what is wrong, and its answers go to the agent as variables', async ({
  page: tab,
  api,
  visitGuest,
}) => {
  const chat = await visitGuest(page({ form: FORM, customVariables: { shop: 'harbour' } }))
  await chat.launcher.click()
  await expect(chat.widget.getByRole('heading', { name: 'A few details first' })).toBeFocused()
  expect(api.requests).toHaveLength(0)
  const begin = chat.widget.getByRole('button', { name: 'Start chat' })
  await begin.click()
  const name = chat.widget.getByRole('textbox', { name: 'Your name' })
  await expect(name).toBeFocused()
  await expect(name).toHaveAttribute('aria-invalid', 'true')
  await expect(name).toHaveAccessibleDescription('Please fill this in.')
  await name.fill('Ann')
  await expect(name).not.toHaveAttribute('aria-invalid', 'true')
  const email = chat.widget.getByRole('textbox', { name: 'E-mail' })
  await email.fill('ann')
  await email.press('Enter')
  await expect(email).toBeFocused()
  await expect(email).toHaveAccessibleDescription(/name@example.com/)
  await email.fill('canary@example.com')
  await chat.widget.getByRole('combobox', { name: 'Topic' }).selectOption('My order')
  await expect(chat.widget.getByRole('textbox', { name: 'Anything else (optional)' })).toBeVisible()
  await begin.click()
  const terms = chat.widget.getByRole('checkbox', { name: /I have read the terms/ })
  await expect(terms).toBeFocused()
  await expect(terms).toHaveAccessibleDescription('Please tick this box to continue.')
  await terms.check()
  await begin.click()
  await chat.ask('Hello')
  const wanted = { shop: 'harbour', name: 'Ann', email: 'canary@example.com', topic: 'order', news: 'true' }
  expect(variables(callsTo(api, '/v3/chat').at(-1)?.body ?? '{}')).toEqual(wanted)

  await tab.reload()
  await chat.launcher.click()
  await expect(chat.answers).toHaveCount(1)
  await chat.ask('Hello again')
  expect(variables(callsTo(api, '/v3/chat').at(-1)?.body ?? '{}')).toEqual(wanted)
  expect(await tab.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain('canary')

  // Whoever comes after is somebody else.
  await tab.evaluate(() => window.cozeChat?.logout())
  await expect(name).toHaveValue('')
  expect(await tab.evaluate(everythingOn)).not.toContain('canary')
})

test('a page that changes its looks meanwhile takes nothing from whoever fills in the form', async ({
  page: tab,
  visitGuest,
}) => {
  const chat = await visitGuest(page({ form: FORM, consent: 'May we?' }))
  const change = () => tab.evaluate(() => window.cozeChat?.setOptions({ accent: '#00838f', theme: 'dark' }))
  await chat.launcher.click()
  await chat.widget.getByRole('button', { name: 'Agree and continue' }).click()
  await chat.widget.getByRole('button', { name: 'Start chat' }).click()
  const name = chat.widget.getByRole('textbox', { name: 'Your name' })
  await name.fill('Ann')
  const email = chat.widget.getByRole('textbox', { name: 'E-mail' })
  await expect(email).toHaveAccessibleDescription('Please fill this in.')
  await change()
  await expect(chat.widget.locator('.frame')).toHaveCSS('color-scheme', 'dark')
  await expect(name).toHaveValue('Ann')
  await expect(email).toHaveAccessibleDescription('Please fill this in.')
  await expect(name).toBeFocused()
  // What was asked in another language is asked anew.
  await tab.evaluate(() => window.cozeChat?.setOptions({ lang: 'de' }))
  await expect(chat.widget.locator('.before[data-step=form] .main')).toHaveText('Chat starten')
})

test('what is asked before the chat hides what is behind it', async ({ page: tab, visitGuest }) => {
  const chat = await visitGuest(page({ consent: 'May we?' }))
  await chat.launcher.click()
  await expect(chat.widget.getByRole('button', { name: 'Agree' })).toBeVisible()
  const colours = await tab.evaluate(() => {
    const asked = document.querySelector('coze-chat')?.shadowRoot?.querySelector('.frame > div > .panel')
    return asked && getComputedStyle(asked).backgroundColor
  })
  expect(colours).toBe('rgb(255, 255, 255)')
})

test('consent comes before the form, and both before the chat, by keyboard alone', async ({
  page: tab,
  api,
  visitGuest,
}) => {
  const chat = await visitGuest(page({ consent: 'May we?', form: [{ name: 'topic', label: 'Topic' }] }))
  await chat.launcher.focus()
  await tab.keyboard.press('Enter')
  await expect(chat.widget.getByRole('heading', { name: 'Before we start' })).toBeFocused()
  await tab.keyboard.press('Tab')
  await tab.keyboard.press('Enter')
  await expect(chat.widget.getByRole('heading', { name: 'A few details first' })).toBeFocused()
  await tab.keyboard.press('Tab')
  await tab.keyboard.type('Shoes')
  await tab.keyboard.press('Enter')
  await expect(chat.composer).toBeFocused()
  await chat.ask('Hello')
  expect(variables(callsTo(api, '/v3/chat').at(-1)?.body ?? '{}')).toEqual({ topic: 'Shoes' })
})

for (const [how, place, use] of [
  ['from its last field: whoever typed goes on typing', 'field', 'Enter'],
  ['by its button: no keyboard comes up', 'elsewhere', 'tap'],
] as const) {
  test(`a form that is sent on a phone ${how}`, async ({ browser, visitGuest }) => {
    const tab = await (
      await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })
    ).newPage()
    const chat = await visitGuest(page({ form: [{ name: 'topic', label: 'Topic' }] }), tab)
    await chat.launcher.tap()
    const topic = chat.widget.getByRole('textbox', { name: 'Topic' })
    await topic.tap()
    await topic.fill('Shoes')
    if (use === 'Enter') await topic.press('Enter')
    else await chat.widget.getByRole('button', { name: 'Start chat' }).tap()
    await expect(chat.log).toBeVisible()
    // Neither lost nor on a button that stands out for no reason.
    const focus = await chat.widget.evaluate(({ shadowRoot }) => ({
      field: shadowRoot?.activeElement?.localName === 'textarea',
      lost: !shadowRoot?.activeElement,
      ring: shadowRoot?.activeElement?.matches('button:focus-visible'),
    }))
    expect(focus).toEqual({ field: place === 'field', lost: false, ring: false })
  })
}

test('a form that nobody can read is told to the owner, and keeps no visitor out', async ({
  page: tab,
  visitGuest,
}) => {
  const told: string[] = []
  tab.on('console', (message) => told.push(message.text()))
  const chat = await visitGuest(
    page({ form: [{ name: 'x' }], hours: { timeZone: 'Nowhere' } } as unknown as ChatWidgetOptions),
  )
  await chat.launcher.click()
  await chat.ask('Hello')
  expect(told.join('\n')).toMatch(/the field "x" needs a label/)
  expect(told.join('\n')).toMatch(/"Nowhere" is no time zone/)
})

test('a line says that nobody is there, and when; the visitor may write all the same', async ({
  page: tab,
  visitGuest,
}) => {
  await tab.clock.setFixedTime('2026-11-30T06:00:00Z')
  const chat = await visitGuest(page({ hours: { timeZone: 'UTC', week: { mon: '08:00-17:00' } } }))
  await chat.launcher.click()
  await expect(chat.widget.locator('[part=away]')).toContainText('We are away at the moment. Back:')
  await chat.ask('Hello')
})

test('where nobody may write outside of the hours, nothing is sent, and the chat comes when they begin', async ({
  page: tab,
  api,
  site,
  visitGuest,
}) => {
  await tab.clock.install({ time: new Date('2026-11-30T07:59:50Z') })
  const chat = await visitGuest(
    page(
      { hours: { timeZone: 'UTC', week: { mon: '08:00-17:00' }, away: 'Closed until {time}.', mayWrite: false } },
      { handoff: 'Talk to us | #contact' },
    ),
  )
  await chat.launcher.click()
  await tab.clock.runFor(1_000)
  await expect(chat.widget.locator('[part=before]')).toContainText('Closed until')
  await expect(chat.widget.locator('[part=before]').getByRole('link', { name: 'Talk to us' })).toBeVisible()
  // What lies under it can be neither tabbed to nor read.
  await expect(chat.widget.locator('.frame > section')).toHaveAttribute('inert', '')
  expect([...api.requests, ...site.requests.filter(({ path }) => path.startsWith('/api/'))]).toEqual([])
  await tab.clock.runFor(20_000)
  await expect(chat.composer).toBeVisible()
})

for (const [name, { lang, ...look }] of Object.entries({
  light: { lang: 'en', viewport: { width: 1280, height: 860 } },
  'dark on a phone': {
    lang: 'zh-CN',
    viewport: { width: 320, height: 568 },
    colorScheme: 'dark',
    isMobile: true,
    hasTouch: true,
  },
  'from right to left': { lang: 'ar', viewport: { width: 390, height: 844 } },
} as const)) {
  test(`axe finds nothing in the form and its complaints: ${name}`, async ({ browser, visitGuest }) => {
    const context = await browser.newContext(look)
    const tab: Page = await context.newPage()
    const chat = await visitGuest(page({ form: FORM }, { lang }), tab)
    await chat.launcher.click()
    await chat.widget.locator('[part=before] .main').click()
    await expect(chat.widget.locator('.fault')).toHaveCount(4)
    await motionEnded(tab)
    expect(await violationsOn(tab, 'coze-chat')).toEqual([])
    const wide = await chat.widget.locator('[part=before]').evaluate((node) => node.scrollWidth - node.clientWidth)
    expect(wide).toBe(0)
    await context.close()
  })
}

test('what is asked first has the name and the line under it where the chat that follows has them', async ({
  visitGuest,
}) => {
  const chat = await visitGuest({ tag: { title: 'Shop', subtitle: 'We answer at once', consent: 'May we?' } })
  await chat.launcher.click()
  const agree = chat.widget.getByRole('button', { name: 'Agree and continue' })
  await agree.waitFor()
  const name = chat.widget.locator('.header h2').last()
  const line = chat.widget.locator('.titles p').last()
  const asked = [await name.boundingBox(), await line.boundingBox()]
  await agree.click()
  await chat.log.locator('.chip').first().waitFor()
  expect([await name.boundingBox(), await line.boundingBox()]).toEqual(asked)
})
